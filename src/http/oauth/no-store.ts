import type { DoorContext } from '../../web/door.ts'

/** RFC 6749 §5.1: what holds tokens or secrets is kept by no cache. */
export function noStore(c: DoorContext): DoorContext {
  c.header('Cache-Control', 'no-store')
  c.header('Pragma', 'no-cache')
  c.header('X-Content-Type-Options', 'nosniff')
  return c
}
