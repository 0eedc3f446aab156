import type { Client } from '../../domain/client.ts'
import type { ClientStatus } from '../../domain/status.ts'
import type { ListQuery } from './list-query.ts'
import type { Seconds } from '../../domain/time.ts'

export type ListProps = {
  base: string
  query: ListQuery
  clients: Client[]
  counts: Record<ClientStatus, number>
  now: Seconds
  next: string | null
  /** Whether this is not the first page. */
  later: boolean
  mayManage: boolean
}
