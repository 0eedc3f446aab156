import { describe, expect, it } from 'vitest'
import { CREDENTIAL_KINDS, type GivenPolicy, readPolicy } from '../../src/domain/policy.ts'
import { NO_POLICY } from '../support/policy.ts'
import { policyIn } from '../../src/domain/policy-variables.ts'
import { readOrNote, type SettingProblem } from '../../src/domain/setting.ts'

function noted(given: GivenPolicy) {
  const problems: SettingProblem[] = []
  const policy = readPolicy(given, false, readOrNote(problems))
  return { ...policy, wrong: problems.map(({ name }) => name) }
}

it('there are no rules where nothing is set', () => {
  expect(noted({})).toEqual({ ...NO_POLICY, wrong: [] })
})

describe('the days', () => {
  it.each([
    [{ secretDaysMax: 30 }, 30, 30, []],
    [{ secretDaysMax: 365 }, 90, 365, []],
    [{ secretDaysDefault: 730 }, 730, null, []],
    [{ secretDaysDefault: 30, secretDaysMax: 30 }, 30, 30, []],
    [{ secretDaysDefault: 31, secretDaysMax: 30 }, 30, 30, ['SECRET_DAYS_DEFAULT']],
    // The stricter side: the default is the most, too.
    [{ secretDaysMax: 731 }, 90, 90, ['SECRET_DAYS_MAX']],
    [{ secretDaysDefault: 10, secretDaysMax: 0.5 }, 10, 10, ['SECRET_DAYS_MAX']],
    [{ secretDaysDefault: NaN, secretDaysMax: 30 }, 30, 30, ['SECRET_DAYS_DEFAULT']],
    [{ secretDaysDefault: 0 }, 90, null, ['SECRET_DAYS_DEFAULT']],
  ])('%j', (given, secretDays, secretDaysMax, wrong) => {
    expect(noted(given)).toMatchObject({ secretDays, secretDaysMax, wrong })
  })
})

describe('the kinds', () => {
  it.each([
    [['secret', 'certificate'], ['secret', 'certificate'], []],
    [['certificate', 'secret', 'secret'], ['secret', 'certificate'], []],
    [[], [], []],
    [['secrets', 'public_key'], ['public_key'], ['ALLOWED_CREDENTIALS']],
    [['*'], [], ['ALLOWED_CREDENTIALS']],
  ])('%j', (allowedCredentials, allowed, wrong) => {
    expect(noted({ allowedCredentials })).toMatchObject({ allowed, wrong })
  })
})

it('variables may be text, or numbers of JSON', () => {
  const read = <T>(of: () => T) => of()
  expect(
    policyIn({ SECRET_DAYS_MAX: 60, ALLOWED_CREDENTIALS: ' secret , ' }, readOrNote([])),
  ).toEqual({
    ...NO_POLICY,
    secretDays: 60,
    secretDaysMax: 60,
    allowed: ['secret'],
  })
  const empty = { SECRET_DAYS_MAX: '', ALLOWED_CREDENTIALS: '', REQUIRE_DPOP: '' }
  expect(policyIn(empty, read).allowed).toEqual(CREDENTIAL_KINDS)
})
