import type { KeyCheck } from '../domain/key-check.ts'
import { toBase64url } from '../platform/bytes.ts'
import { hmacOf } from './hmac.ts'
import type { KeyRing } from './key-ring.ts'

/** The checks of every version of these keys, computed once per isolate. */
export function keyChecksOf(...rings: KeyRing[]): () => Promise<KeyCheck[]> {
  let made: KeyCheck[] | undefined
  return async () => (made ??= (await Promise.all(rings.map(checksOf))).flat())
}

async function checksOf(ring: KeyRing): Promise<KeyCheck[]> {
  const hmac = hmacOf(ring, 'check')
  const checks: KeyCheck[] = []
  for (const version of ring.versions.keys()) {
    const value = toBase64url(await hmac(ring.name, version))
    checks.push({ name: ring.name, version, value })
  }
  return checks
}
