import { clientIdIn } from '../../domain/token-text.ts'
import { type Finding, findingSentence } from '../../domain/token-finding.ts'
import { diagnoseToken } from '../tokens/diagnose-token.ts'
import type { Lookup, LookupDeps } from './match.ts'

/**
 * Says whose an access token is, and whether it is active. The client is the one that the token names,
 * which proves nothing where the token is damaged or forged: the findings say so.
 */
export async function lookUpToken(deps: LookupDeps, token: string): Promise<Lookup> {
  const explained = await diagnoseToken(deps, token)
  if (explained.kind !== 'token') throw new Error('a token was taken for a secret')
  const { active, findings, text } = explained
  const named = isOfOthers(findings) ? null : clientIdIn(token)
  const client = named === null ? null : await deps.clients.find(named)
  const why = findings
    .filter(({ good }) => good === false)
    .map((finding) => findingSentence(finding))
  const match = { kind: 'access_token', by: 'token', client, credential: null } as const
  return {
    kind: 'access_token',
    matches: [{ ...match, works: active, why, findings, text }],
    isCut: false,
    notes: client && text === null ? [DAMAGED] : [],
  }
}

const DAMAGED =
  'The token is damaged or not complete: only the client that it names is known, and nothing proves that it was issued.'

/** The client ids of another issuer are not ours. */
function isOfOthers(findings: Finding[]): boolean {
  return findings.some(({ check, good }) => check === 'issuer' && good === false)
}
