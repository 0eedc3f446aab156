import { Refusal } from '../domain/errors.ts'
import type { Write } from '../domain/ledger.ts'
import type { Deps } from '../domain/ports.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import { stateOf } from '../domain/signing-key.ts'
import { type AnchorChangeDeps, anchorBehind } from './anchor-change.ts'
import { type AdminRequest, commitChange, eventBy, noChange } from './commit-change.ts'
import { type SigningKeyDeps, signingKeyOnce, signingKeyTarget } from './ensure-signing-key.ts'

/**
 * Revokes a key in an emergency, and every token that it signed. In place of the active key a new
 * one is made first: it signs at once, and whoever checks tokens sees its unknown `kid` and fetches
 * the keys again.
 */
export async function revokeSigningKey(
  deps: SigningKeyDeps & AnchorChangeDeps,
  request: AdminRequest,
  kid: string,
): Promise<void> {
  const newKey = signingKeyOnce(deps)
  await commitChange(deps, request, async (now) => {
    const { key: before, keys } = await findSigningKey(deps, kid)
    const state = stateOf(before, keys, now)
    if (state === 'revoked') return noChange(undefined)
    const created: SigningKey[] =
      state === 'active' && before.algorithm === deps.algorithm ? [await newKey(now, now)] : []
    return {
      result: undefined,
      events: [
        ...created.map((key) => eventBy(request, 'signing_key.created', signingKeyTarget(key.kid))),
        eventBy(request, 'signing_key.revoked', signingKeyTarget(kid)),
      ],
      writes: [
        ...created.map((after): Write => ({ kind: 'signing_key', before: null, after })),
        { kind: 'signing_key', before, after: { ...before, revokedAt: now } },
      ],
    }
  })
  anchorBehind(deps, kid)
}

/** A signing key among all of them, by which its state is told. */
export async function findSigningKey(
  deps: Pick<Deps, 'signingKeys'>,
  kid: string,
): Promise<{ key: SigningKey; keys: SigningKey[] }> {
  const keys = await deps.signingKeys.all()
  const key = keys.find((one) => one.kid === kid)
  if (!key) throw new Refusal('not_found', 'There is no such signing key.')
  return { key, keys }
}
