import { Unavailable } from '../domain/errors.ts'
import type { Deps } from '../domain/ports.ts'
import { activeKey } from '../domain/signing-key.ts'

export type Health = { failing: Unavailable['what'][] }

type HealthDeps = Pick<Deps, 'probes' | 'signingKeys' | 'signer' | 'algorithm' | 'now'>

/** What of D1, KV and the signing key does not answer. */
export async function checkHealth(deps: HealthDeps): Promise<Health> {
  const checks = [deps.probes.d1(), deps.probes.kv(), probeSigningKey(deps)]
  const results = await Promise.allSettled(checks)
  const failing = results.flatMap((result) => {
    if (result.status === 'fulfilled') return []
    if (result.reason instanceof Unavailable) return [result.reason.what]
    throw result.reason
  })
  return { failing: [...new Set(failing)] }
}

/** A fresh deployment has no key until something is signed. */
async function probeSigningKey(deps: HealthDeps): Promise<void> {
  const active = activeKey(await deps.signingKeys.all(), deps.algorithm, deps.now())
  if (active) await deps.signer.load(active.kid)
}
