import type { Client } from '../../../domain/client.ts'
import { credentialsOf, soonestEnd } from '../../../domain/credentials-of.ts'
import { scopeOf } from '../../../domain/permission.ts'
import { statusOf } from '../../../domain/status.ts'
import { isoTime, type Seconds } from '../../../domain/time.ts'
import { BYTE_ORDER_MARK, csvLine } from '../../activity/csv.ts'
import type { ConsoleContext } from '../../kit/console-env.ts'

const COLUMNS = [
  'client_id',
  'client_name',
  'status',
  'description',
  'tags',
  'roles',
  'scope',
  'expires_at',
  'last_used_at',
  'created_at',
  'created_by',
  'suspended_at',
  'suspended_reason',
]

/** The selected clients as a table. */
export async function exportClients(c: ConsoleContext): Promise<Response> {
  const { clients, now } = c.var.deps
  const found = await clients.findMany(c.req.queries('client') ?? [])
  const lines = found.map((client) => csvLine(cellsOf(client, now())))
  const day = isoTime(now()).slice(0, 10)
  return c.body(BYTE_ORDER_MARK + csvLine(COLUMNS) + lines.join(''), 200, {
    'Content-Type': 'text/csv; charset=utf-8; header=present',
    'Content-Disposition': `attachment; filename="portcullis-clients-${day}.csv"`,
  })
}

function cellsOf(client: Client, now: Seconds): string[] {
  const { suspension } = client
  return [
    client.clientId,
    client.name,
    statusOf(client, now),
    client.description,
    client.tags.join(' '),
    client.roles.join(' '),
    scopeOf(client.access),
    time(soonestEnd(credentialsOf(client), now)),
    time(client.lastUsedAt),
    time(client.createdAt),
    client.createdBy,
    time(suspension?.at ?? null),
    suspension?.reason ?? '',
  ]
}

function time(at: Seconds | null): string {
  return at === null ? '' : isoTime(at)
}
