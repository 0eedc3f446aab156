import type { Client } from '../../domain/client.ts'
import type { Presented } from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import type { ClientRule, TrustedIssuer } from '../../domain/federation.ts'
import { isUnexpired } from '../../domain/lasting.ts'
import type { FederatedFault } from '../../domain/refusal-reasons.ts'
import type { Seconds } from '../../domain/time.ts'
import { judgeToken } from '../federation/judge-token.ts'
import { chosenRule, judgeRules } from '../federation/match-rules.ts'
import type { AuthenticationDeps, AuthenticationMethod, Failure } from './authentication-method.ts'
import { cutOff, noteLastingUse } from './lasting-use.ts'

/** One text for every fault: the reason is in the log, and the diagnosis of the admin API tells it. */
const DESCRIPTION = 'The assertion is not valid here.'

/**
 * A token that a platform gave its workload, which a rule lets act for the client (RFC 7521 §4.2,
 * RFC 7523). Everything is verified before the one statement, which finds the rule only if it and its
 * issuer are still as they were.
 */
export const federatedMethod: AuthenticationMethod<'federated_credential'> = {
  async examine(deps, presented, now) {
    const found = await ruleFor(deps, presented, now)
    if (typeof found === 'string') {
      await deps.keyChecks.confirm()
      return { fault: failureOf(found) }
    }
    const { issuer, rule, claims } = found
    return {
      lookup: { keyId: rule.credentialId, spend: await spendOf(deps, issuer, claims) },
      counted: presented.assertion,
      stillHolds: (credential) => credential.rule.issuerVersion === issuer.version,
    }
  },

  proves: async (_deps, _presented, credential) => credential !== null,

  forget: ({ trust }) => trust.forget(),

  failure: failureOf('used_before_or_rule_gone'),

  requireLive({ rule }, now) {
    if (isUnexpired(rule, now)) return
    throw new Refusal('invalid_client', DESCRIPTION, { why: 'expired_rule' })
  },

  noteUse(deps, _presented, { rule: { credentialId, lastUsedAt } }, now) {
    noteLastingUse(deps, credentialId, lastUsedAt, now)
  },

  requireStillUsable: (client, { rule }, now) => requireUsableRule(client, rule.credentialId, now),
}

type Found = { issuer: TrustedIssuer; rule: ClientRule; claims: Record<string, unknown> }

/** The rule that lets the token in, or the first thing that is wrong. */
async function ruleFor(
  deps: AuthenticationDeps,
  { clientId, assertion }: Presented<'federated_credential'>,
  now: Seconds,
): Promise<Found | FederatedFault> {
  const { issuer, claims, checks } = await judgeToken(deps, assertion, now)
  const wrong = checks.find(({ holds }) => !holds)
  if (wrong || !issuer) return wrong?.check ?? 'issuer'
  const wanted = { clientId, issuer, claims }
  const first = await judgeRules(deps, wanted, now)
  const known = chosenRule(first.judged, clientId)
  if (known) return { issuer, rule: known, claims }
  if (first.isFresh) return 'no_rule'
  // A rule may have been added since.
  const again = await judgeRules(deps, wanted, now, 'afresh')
  const added = chosenRule(again.judged, clientId)
  return added ? { issuer, rule: added, claims } : 'no_rule'
}

async function spendOf(
  { workloadTokens }: AuthenticationDeps,
  { issuer, checkJti }: TrustedIssuer,
  { jti, exp }: Record<string, unknown>,
) {
  if (!checkJti) return null
  return { id: await workloadTokens.idOf(issuer, String(jti)), expiresAt: Math.ceil(Number(exp)) }
}

function failureOf(fault: FederatedFault): Failure {
  return { description: DESCRIPTION, reason: 'wrong_assertion', detail: `federated: ${fault}` }
}

/** @throws Refusal where the client or the rule was cut off */
function requireUsableRule(client: Client, credentialId: string, now: Seconds): void {
  const used = client.federatedCredentials.find((one) => one.credentialId === credentialId)
  if (used && !client.suspension && isUnexpired(used, now)) return
  throw cutOff('rule')
}
