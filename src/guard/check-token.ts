import { decodeJwt, errors } from 'jose'
import type { Confirmation } from '../domain/confirmation.ts'
import type { TokenClaims } from '../domain/token.ts'
import { askDenylist } from './ask-denylist.ts'
import { askList } from './ask-list.ts'
import { askServer } from './ask-server.ts'
import { confirmationIn, requireSameConfirmation } from './confirmation.ts'
import { checkHolder } from './holder.ts'
import { nonceNow } from './nonce-now.ts'
import { DENYLIST_STALENESS, type Guarded, type GuardSettings } from './options.ts'
import type { Presented } from './presented.ts'
import { spendProof } from './proof-memory.ts'
import { Refusal } from './refusal.ts'
import { Refused } from './refused.ts'
import { verifiedToken } from './verified-token.ts'

/** A token that may pass: its claims, its scope as a list, and the keys that it is bound to. */
export type VerifiedToken = TokenClaims & { scopes: string[]; cnf?: Confirmation }

/** Whether a token may pass, as it was presented. */
export async function checkToken(
  presented: Presented,
  guarded: Guarded,
): Promise<VerifiedToken | Refusal> {
  try {
    const token = presented.token()
    return await passedToken(token, presented, settingsFor(token, guarded))
  } catch (error) {
    if (error instanceof Refused) {
      return new Refusal(error, guarded, presented.scheme, await nonceNow(guarded))
    }
    throw error
  }
}

/** Chosen by the token's own `iss`, which its signature must confirm: nothing is fetched for it. */
function settingsFor(token: string, { issuers }: Guarded): GuardSettings {
  const [first] = issuers.values()
  const settings = issuers.size === 1 ? first : issuers.get(issuerOf(token))
  if (settings) return settings
  throw new Refused('invalid_token', 'The access token is not from an issuer that is trusted here.')
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch (error) {
    if (error instanceof errors.JOSEError) return ''
    throw error
  }
}

async function passedToken(
  token: string,
  presented: Presented,
  settings: GuardSettings,
): Promise<VerifiedToken> {
  const claims = await verifiedToken(token, settings)
  const cnf = confirmationIn(claims)
  const proof = await checkHolder(token, cnf, presented, settings)
  const scope = await currentScope(token, claims, settings)
  const scopes = scope.split(' ').filter((value) => value !== '')
  if (!settings.scopes.every((value) => scopes.includes(value))) {
    throw new Refused('insufficient_scope', `This needs ${settings.scopes.join(' ')}.`)
  }
  if (proof && presented.request) await spendProof(proof, presented.request.original, settings)
  // A copy: the claims are remembered for the token's next request, whatever a handler does here.
  const aud = typeof claims.aud === 'string' ? claims.aud : [...claims.aud]
  return { ...claims, aud, scope, scopes, ...(cnf && { cnf }) }
}

/** The scope that still holds: the server says what of the token's the client still has. */
async function currentScope(
  token: string,
  claims: TokenClaims,
  settings: GuardSettings,
): Promise<string> {
  if (settings.readsList) {
    if (await askList(claims, settings)) return claims.scope
  } else if (settings.maxStaleness >= DENYLIST_STALENESS) {
    if (await askDenylist(claims, settings)) return claims.scope
  } else {
    const answer = await askServer(token, settings)
    if (answer.active) {
      requireSameConfirmation(confirmationIn(claims), answer)
      return answer.scope ?? ''
    }
  }
  throw new Refused('invalid_token', 'The access token is not active.')
}
