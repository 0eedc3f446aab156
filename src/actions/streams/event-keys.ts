import type { Deps } from '../../domain/deps.ts'
import type { SecurityEvents } from '../../domain/event-stream.ts'
import type { Ledger } from '../../domain/ledger.ts'
import type { EventClaims } from '../../domain/security-event.ts'
import { activeKey, type SigningKey } from '../../domain/signing-key.ts'
import type { SigningKeyDeps } from '../keys/change-signing-keys.ts'
import { ensureSigningKey } from '../keys/ensure-signing-key.ts'

/** CAEP Interoperability Profile 1.0 §2.3: receivers verify this one, with 2048 bits or more. */
const ALGORITHM = 'RS256'

/** The upkeep of signing keys, turned to the keys that sign security event tokens. */
export function eventKeyDeps(deps: SigningKeyDeps, { signing }: SecurityEvents): SigningKeyDeps {
  return { ...deps, ...signing, algorithm: ALGORITHM, ledger: forEvents(deps.ledger) }
}

function forEvents(ledger: Ledger): Ledger {
  return {
    ...ledger,
    commit: (head, events, writes, leaseId) => {
      const turned = writes.map((write) =>
        write.kind === 'signing_key' ? { ...write, isForEvents: true } : write,
      )
      return ledger.commit(head, events, turned, leaseId)
    },
  }
}

/** The active key's signature over claims; the first key is made here if the cron has not yet run. */
export async function eventSigner(
  deps: SigningKeyDeps,
  on: SecurityEvents,
): Promise<(claims: EventClaims) => Promise<string>> {
  const keys = await on.signing.signingKeys.all()
  const active = activeKey(keys, ALGORITHM, deps.now())
  const kid = active?.kid ?? (await ensureSigningKey(eventKeyDeps(deps, on)))
  if (!active) deps.keyMemory.forget()
  return (claims) => on.signing.signer.sign(claims, kid)
}

/** The deps for the keys among which this one is: those of access tokens depend on no other. */
export async function keyDepsFor<D extends SigningKeyDeps & Pick<Deps, 'securityEvents'>>(
  deps: D,
  kid: string,
): Promise<D> {
  const on = deps.securityEvents
  if (!on || has(await deps.signingKeys.all(), kid)) return deps
  const isForEvents = has(await on.signing.signingKeys.all(), kid)
  return isForEvents ? { ...deps, ...eventKeyDeps(deps, on) } : deps
}

function has(keys: SigningKey[], kid: string): boolean {
  return keys.some((key) => key.kid === kid)
}
