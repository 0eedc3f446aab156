import type { CredentialReads, Lookup, TokenFacts, TokenReads } from '../../domain/credential.ts'
import type { Algorithm, SigningKey } from '../../domain/signing-key.ts'
import { isOverAMinuteAgo, type Seconds } from '../../domain/time.ts'
import type { TokenReference } from '../../domain/token.ts'
import { boundedMap } from '../../platform/bounded-map.ts'
import { toAccess } from '../clients/access-sql.ts'
import { type CredentialRow, toCredential } from '../clients/credential-row.ts'
import type { ClientFacts } from './client-facts.ts'
import type { GateCalls } from './gate-binding.ts'

/**
 * The questions of tokens and introspection, answered from what gates know; by the database where a gate
 * is out of reach, where it lacks the key of a token, and where an assertion is to be spent.
 */
export function gatedReads(
  d1: TokenReads,
  { facts }: Pick<GateCalls, 'facts'>,
  issuer: string,
): TokenReads {
  /** Null where one of the clients has no gate that answers, or none is named. */
  async function factsOf(ids: string[]): Promise<Map<string, ClientFacts> | null> {
    const asked = [...new Set(ids)]
    if (asked.length === 0) return null
    try {
      const found = await Promise.all(asked.map(async (id) => [id, await facts(id)] as const))
      return new Map(found)
    } catch {
      return null
    }
  }

  return {
    async forToken(lookup, algorithm, now) {
      const id = named(lookup)
      const known = id === undefined ? null : (await factsOf([id]))?.get(id)
      return known
        ? { ...credentialIn(known, lookup.keyId, issuer), ...keysIn(known, algorithm, now) }
        : d1.forToken(lookup, algorithm, now)
    },

    async withTokens(lookup, tokens) {
      const caller = lookup ? named(lookup) : null
      const subjects = tokens.flatMap((token) => (token ? [token.clientId] : []))
      const known =
        caller === undefined
          ? null
          : await factsOf(caller === null ? subjects : [caller, ...subjects])
      const found = known && tokens.map((token) => tokenFactsIn(known, token, issuer))
      if (!found || found.includes(null)) return d1.withTokens(lookup, tokens)
      const ofCaller = typeof caller === 'string' && known.get(caller)
      const { credential } = ofCaller
        ? credentialIn(ofCaller, lookup?.keyId ?? '', issuer)
        : { credential: null }
      const shut = [...known.values()].some((one) => one.shut !== 0)
      return { credential, tokens: found as TokenFacts[], shut }
    },
  }
}

/** The client that a lookup names; undefined where the database is to be asked. */
function named({ clientId, spend }: Lookup): string | undefined {
  return spend === null && clientId ? clientId : undefined
}

function credentialIn(facts: ClientFacts, keyId: string, issuer: string) {
  const { credentials, ...owner } = facts
  const held = (JSON.parse(credentials) as CredentialRow[]).find((one) => one.key_id === keyId)
  return {
    credential: held ? toCredential({ ...owner, ...held }, issuer) : null,
    shut: facts.shut !== 0,
  }
}

function signingKeysIn({ signing_keys }: ClientFacts): SigningKey[] {
  return JSON.parse(signing_keys) as SigningKey[]
}

/** As the statement of the token endpoint has it; the keys come with the latest first. */
function keysIn(facts: ClientFacts, algorithm: Algorithm, now: Seconds) {
  const open = signingKeysIn(facts).filter(
    (key) => key.revokedAt === null && (key.retiresAt === null || key.retiresAt > now),
  )
  const active = open.filter((key) => key.activatesAt <= now)
  const own = open.filter((key) => key.algorithm === algorithm)
  const signs = active.find((key) => key.algorithm === algorithm) ?? active[0]
  const lacksKey = new Set(own.map((key) => key.activatesAt <= now)).size < 2
  return { activeKid: signs?.kid ?? null, lacksKey }
}

/** Null where the facts lack the key that the token names. */
function tokenFactsIn(
  known: Map<string, ClientFacts>,
  token: TokenReference | null,
  issuer: string,
): TokenFacts | null {
  const facts = token && known.get(token.clientId)
  const shut = [...known.values()].some((one) => one.shut !== 0)
  if (!facts || facts.client_id === null) return { client: null, key: null, revoked: false, shut }
  const key = signingKeysIn(facts).find(({ kid }) => kid === token.kid)
  if (!key) return null
  const client = {
    suspended: facts.suspended_at !== null,
    generation: facts.generation,
    access: toAccess(facts.access, issuer),
  }
  const { kid, algorithm, publicJwk, wrappedKey, revokedAt } = key
  return {
    client,
    key: { kid, algorithm, publicJwk, wrappedKey, revoked: revokedAt !== null },
    revoked: (JSON.parse(facts.revoked) as string[]).includes(token.jti),
    shut,
  }
}

const REMEMBERED_MAX = 1000

/**
 * Facts that are remembered do not show that a use was noted, or a hash replaced, a moment ago: each
 * request would do so again.
 */
export function notedOnce(d1: CredentialReads): CredentialReads {
  const replaced = boundedMap<string>(REMEMBERED_MAX)
  return {
    ...d1,
    noteUse: onceAMinute((...note) => d1.noteUse(...note)),
    noteToken: onceAMinute((...note) => d1.noteToken(...note)),
    async rehash(credentialId, verifier) {
      if (replaced.get(credentialId) === verifier.digest) return
      await d1.rehash(credentialId, verifier)
      replaced.set(credentialId, verifier.digest)
    },
  }
}

type Note = CredentialReads['noteUse']

function onceAMinute(note: Note): Note {
  const noted = boundedMap<Seconds>(REMEMBERED_MAX)
  return async (id, now, isFirst) => {
    if (!isOverAMinuteAgo(noted.get(id) ?? null, now)) return
    await note(id, now, isFirst)
    noted.set(id, now)
  }
}
