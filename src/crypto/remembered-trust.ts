import {
  type ClientRule,
  type RuleQuery,
  sealedIssuer,
  sealedRule,
  type TrustedIssuer,
  type TrustReads,
} from '../domain/federation.ts'
import type { Verifier, SecretVerifiers } from '../domain/secret.ts'
import { MINUTE } from '../domain/time.ts'
import { remembered } from '../platform/remembered.ts'

/** Stored trust, with the hashes that prove it. */
export type StoredTrust = {
  issuers(): Promise<TrustedIssuer[]>
  rules(of: RuleQuery): Promise<(ClientRule & { verifier: Verifier })[]>
}

const QUERIES_MAX = 1000

/** The one name of what is read as a whole. */
const ALL = ''

/**
 * Remembers issuers and rules for a minute. That is advice alone: the statement that answers a
 * request finds out whether the rule and its issuer are still what they were. Rows that somebody
 * else wrote into the database are left out.
 */
export function rememberedTrust(stored: StoredTrust, verifiers: SecretVerifiers): TrustReads {
  const issuers = remembered<TrustedIssuer[]>({ period: MINUTE, most: 1, isFound: () => true })
  const rules = remembered<ClientRule[]>({
    period: MINUTE,
    most: QUERIES_MAX,
    isFound: (found) => found.length > 0,
  })
  return {
    async issuers(now, afresh) {
      const recalled = afresh ? null : issuers.recall(ALL, now)
      if (recalled) return { issuers: recalled.value, isFresh: false }
      const value = await ours(await stored.issuers(), (one) =>
        verifiers.matches(sealedIssuer(one.issuerId, one), one.verifier),
      )
      issuers.keep(ALL, value, now)
      return { issuers: value, isFresh: true }
    },

    async rules(of, now, afresh) {
      const name = JSON.stringify(of)
      const recalled = afresh ? null : rules.recall(name, now)
      if (recalled) return { rules: recalled.value, isFresh: false }
      const value = await ours(await stored.rules(of), (one) =>
        verifiers.matches(sealedRule(one.clientId, one.credentialId, one), one.verifier),
      )
      rules.keep(name, value, now)
      return { rules: value, isFresh: true }
    },

    lastIssuers: () => issuers.last(ALL) ?? [],

    forget() {
      issuers.clear()
      rules.clear()
    },
  }
}

async function ours<T>(all: T[], isOurs: (one: T) => Promise<boolean>): Promise<T[]> {
  const marks = await Promise.all(all.map(isOurs))
  return all.filter((_, at) => marks[at])
}
