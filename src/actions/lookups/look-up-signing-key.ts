import { stateOf } from '../../domain/signing-key.ts'
import { findingSentence } from '../../domain/token-finding.ts'
import type { LookupDeps, Match } from './match.ts'

const ACCEPTED = new Set(['active', 'retiring', 'standby'])

/** A key of the server itself, by its `kid`: the tokens that it signed are of any client. */
export async function lookUpSigningKey(
  deps: Pick<LookupDeps, 'signingKeys' | 'now'>,
  kid: string,
): Promise<Match | null> {
  const keys = await deps.signingKeys.all()
  const key = keys.find((one) => one.kid === kid)
  if (!key) return null
  const state = stateOf(key, keys, deps.now())
  const works = ACCEPTED.has(state)
  const why = works ? [] : [findingSentence({ check: 'key', good: false, what: state })]
  return { kind: 'signing_key', by: 'kid', client: null, credential: null, works, why }
}
