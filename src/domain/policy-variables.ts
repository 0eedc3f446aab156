import { type FlagValue, readFlag } from './flag.ts'
import { type Policy, type PolicyOptions, readPolicy } from './policy.ts'
import type { ReadOr } from './setting.ts'

/** Text in an environment. */
export type PolicyVariables = { [K in Name]?: string }

type Name = 'SECRET_DAYS_DEFAULT' | 'SECRET_DAYS_MAX' | 'ALLOWED_CREDENTIALS' | 'REQUIRE_DPOP'

/** The rules in the variables of an environment: text, or native values from JSON or TOML. */
export function policyIn(vars: { [K in Name]?: FlagValue }, readOr: ReadOr): Policy {
  const dpop = () => readFlag('REQUIRE_DPOP', vars.REQUIRE_DPOP)
  const given = {
    secretDaysDefault: numberIn(vars.SECRET_DAYS_DEFAULT),
    secretDaysMax: numberIn(vars.SECRET_DAYS_MAX),
    allowedCredentials: listIn(vars.ALLOWED_CREDENTIALS),
  }
  return readPolicy(given, readOr(dpop, true, 'it counts as on'), readOr)
}

/** The same as options, none of which is wrong. */
export function policyOptionsIn(...given: Parameters<typeof policyIn>): PolicyOptions {
  const { secretDays, secretDaysMax, allowed, requireDpop } = policyIn(...given)
  return {
    secretDaysDefault: secretDays,
    secretDaysMax: secretDaysMax ?? undefined,
    allowedCredentials: allowed,
    requireDpop,
  }
}

export function numberIn(value: FlagValue): number | undefined {
  return value === undefined || value === '' ? undefined : Number(String(value))
}

function listIn(value: FlagValue): string[] | undefined {
  if (value === undefined || value === '') return undefined
  return String(value)
    .split(',')
    .map((part) => part.trim())
}
