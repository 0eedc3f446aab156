import type { DoorContext } from '../../web/door.ts'

/** RFC 6749 §5.1: what holds tokens or secrets is kept by no cache. */
export const NO_STORE = {
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  'X-Content-Type-Options': 'nosniff',
}

export function noStore(c: DoorContext): DoorContext {
  for (const [name, value] of Object.entries(NO_STORE)) c.header(name, value)
  return c
}
