import type { Client } from '../../domain/client.ts'
import { countLiveCredentials } from '../../domain/credentials-of.ts'
import { findCredential, whyEnded } from '../../domain/found-credential.ts'
import type { Found } from '../../domain/lookup.ts'
import { type LookupKey, type LookupText, readLookupText } from '../../domain/lookup-text.ts'
import { isImported, sealedHashIn } from '../../domain/imported-secret.ts'
import { DAMAGES } from '../../domain/secret-text.ts'
import type { Seconds } from '../../domain/time.ts'
import type { Lookup, LookupDeps, Match } from './match.ts'
import { lookUpSigningKey } from './look-up-signing-key.ts'
import { lookUpToken } from './look-up-token.ts'

const MATCHES_MAX = 20

/**
 * Says whose a credential is that somebody found. Nothing of the text is stored or logged, and of a
 * secret only what may be shown is looked up: the rest of it is compared with the keyed hash here.
 */
export async function lookUpCredential(deps: LookupDeps, pasted: string): Promise<Lookup> {
  const text = readLookupText(pasted)
  switch (text.kind) {
    case 'access_token':
      return lookUpToken(deps, text.token)
    case 'secret':
      return lookUpSecret(deps, text)
    case 'name':
      return lookUpName(deps, text)
  }
}

async function lookUpSecret(
  deps: LookupDeps,
  { whole, damage, keys }: LookupText & { kind: 'secret' },
): Promise<Lookup> {
  const { matches, isCut } = await find(deps, keys)
  const judged = whole === null ? matches : await Promise.all(matches.map(compareWith(deps, whole)))
  const kind = whole === null ? 'part_of_secret' : 'secret'
  const notes = [
    ...(damage ? [`This text ${DAMAGES[damage]}.`] : []),
    ...(matches.length === 0 ? [NO_SECRET] : whole === null ? [ONLY_A_PART] : []),
  ]
  return { kind, matches: judged, isCut, notes }
}

const NO_SECRET =
  'No secret begins like this one: it was deleted or replaced, or belongs to another server.'
const ONLY_A_PART =
  'The text is only a part of a secret, and that part is right. Whether the rest was right cannot be said.'
const WRONG_REST =
  'The text begins like this secret, but the rest of it is wrong: it does not work.'

/** The keyed hash tells, which says nothing of any other secret. */
function compareWith({ verifiers }: LookupDeps, whole: string) {
  return async (match: Match): Promise<Match> => {
    const held = match.client?.secrets.find(({ secretId }) => secretId === match.credential?.id)
    const isRight = held ? await verifiers.matches(whole, held.verifier) : false
    if (isRight) return { ...match, by: 'whole_secret' }
    return { ...match, works: false, why: [WRONG_REST, ...match.why] }
  }
}

/** By its end alone it is only guessed whose an imported secret is: the keyed hash tells. */
function wholeIfImported({ verifiers }: LookupDeps, name: string) {
  return async (match: Match): Promise<Match> => {
    const held = match.client?.secrets.find(({ secretId }) => secretId === match.credential?.id)
    if (!held || !isImported(held.verifier) || sealedHashIn(held.verifier) !== null) return match
    const isRight = await verifiers.matches(name, held.verifier)
    return isRight ? { ...match, by: 'whole_secret' } : match
  }
}

async function lookUpName(
  deps: LookupDeps,
  { name, keys }: LookupText & { kind: 'name' },
): Promise<Lookup> {
  const [{ matches, isCut }, signingKey] = await Promise.all([
    find(deps, keys),
    keys.length > 0 ? lookUpSigningKey(deps, name) : null,
  ])
  const judged = await Promise.all(matches.map(wholeIfImported(deps, name)))
  const all = signingKey ? [signingKey, ...judged] : judged
  const asksJti = keys.some(({ by }) => by === 'jti') && !matches.some(({ by }) => by === 'jti')
  return {
    kind: 'name',
    matches: all,
    isCut,
    notes: [...(all.length === 0 ? [NOTHING] : []), ...(asksJti ? [JTI_UNKNOWN] : [])],
  }
}

const NOTHING =
  'Nothing here has this text as its id, key id, kid or thumbprint, or as its last characters. What was deleted is not found.'
const JTI_UNKNOWN =
  'A jti finds only a token that was revoked individually, until it expires: search for the whole token.'

async function find(
  deps: LookupDeps,
  keys: LookupKey[],
): Promise<{ matches: Match[]; isCut: boolean }> {
  const found = await deps.lookups.find(keys, MATCHES_MAX + 1)
  const each = found.slice(0, MATCHES_MAX).filter(isFirst)
  return {
    matches: each.map((one) => matchOf(deps, one)),
    isCut: found.length > MATCHES_MAX,
  }
}

/** A public key without a `kid` of its own has its thumbprint for one: it is found by both. */
function isFirst(one: Found, at: number, all: Found[]): boolean {
  const isSame = ({ client, credentialId }: Found) =>
    credentialId === one.credentialId && client.clientId === one.client.clientId
  return all.findIndex(isSame) === at
}

function matchOf(deps: LookupDeps, { client, credentialId, by }: Found): Match {
  const credential = credentialId === null ? null : findCredential(client, credentialId)
  const kind = credential?.kind ?? (by === 'jti' ? 'access_token' : 'client')
  const now = deps.now()
  const why = [
    ...(by === 'jti' ? ['This token was revoked by its client.'] : []),
    ...(client.suspension ? ['The client is suspended.'] : []),
    ...(deps.closed ? ['The server is closed for maintenance.'] : []),
    ...(kind === 'client' ? whyNoneWorks(client, now) : []),
    ...(credential ? whyEnded(credential, now) : []),
  ]
  return { kind, by, client, credential, works: why.length === 0, why }
}

function whyNoneWorks(client: Client, now: Seconds): string[] {
  return countLiveCredentials(client, now) > 0 ? [] : ['None of its credentials works.']
}
