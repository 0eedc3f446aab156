import {
  type ClientRule,
  type RuleQuery,
  sealedIssuer,
  sealedRule,
  type TrustedIssuer,
  type TrustReads,
} from '../domain/federation.ts'
import type { Verifier, SecretVerifiers } from '../domain/secret.ts'
import { MINUTE, type Seconds } from '../domain/time.ts'
import { boundedMap } from '../platform/bounded-map.ts'

/** Stored trust, with the hashes that prove it. */
export type StoredTrust = {
  issuers(): Promise<TrustedIssuer[]>
  rules(of: RuleQuery): Promise<(ClientRule & { verifier: Verifier })[]>
}

const QUERIES_MAX = 1000

type Entry<T> = { value: T; readAt: Seconds }

/**
 * Remembers issuers and rules for a minute. That is advice alone: the statement that answers a
 * request finds out whether the rule and its issuer are still what they were. Rows that somebody
 * else wrote into the database are left out.
 */
export function rememberedTrust(stored: StoredTrust, verifiers: SecretVerifiers): TrustReads {
  let issuers: Entry<TrustedIssuer[]> | null = null
  let rules = boundedMap<Entry<ClientRule[]>>(QUERIES_MAX)
  return {
    async issuers(now, afresh) {
      if (issuers && !afresh && isRecent(issuers, now)) {
        return { issuers: issuers.value, isFresh: false }
      }
      const all = await stored.issuers()
      const value = await ours(all, (one) =>
        verifiers.matches(sealedIssuer(one.issuerId, one), one.verifier),
      )
      issuers = { value, readAt: now }
      return { issuers: value, isFresh: true }
    },

    async rules(of, now, afresh) {
      const name = JSON.stringify(of)
      const known = rules.get(name)
      if (known && !afresh && isRecent(known, now)) return { rules: known.value, isFresh: false }
      const value = await ours(await stored.rules(of), (one) =>
        verifiers.matches(sealedRule(one.clientId, one.credentialId, one), one.verifier),
      )
      if (value.length > 0) rules.set(name, { value, readAt: now })
      return { rules: value, isFresh: true }
    },

    lastIssuers: () => issuers?.value ?? [],

    forget() {
      issuers = null
      rules = boundedMap(QUERIES_MAX)
    },
  }
}

function isRecent({ readAt }: Entry<unknown>, now: Seconds): boolean {
  return readAt <= now && now < readAt + MINUTE
}

async function ours<T>(all: T[], isOurs: (one: T) => Promise<boolean>): Promise<T[]> {
  const marks = await Promise.all(all.map(isOurs))
  return all.filter((_, at) => marks[at])
}
