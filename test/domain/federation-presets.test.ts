import { describe, expect, it } from 'vitest'
import { PRESETS } from '../../src/domain/federation.ts'
import { issuerProblem, PRESET_FACTS } from '../../src/domain/federation-presets.ts'
import { claimOf, conditionsOf, matches } from '../../src/domain/rule-judgement.ts'
import { WORKLOADS, type Workload } from '../support/workload-claims.ts'

const all = Object.entries(WORKLOADS)
const judged = ({ claims, rule, preset }: Workload, changes: Partial<Workload> = {}) =>
  conditionsOf({ ...rule, ...changes.rule }, { preset }, { ...claims, ...changes.claims })
const named = (name: string): Workload => {
  const workload = WORKLOADS[name]
  if (!workload) throw new Error(name)
  return workload
}

describe.each(all)('%s', (_name, workload) => {
  it('is an issuer of its preset, and its rule is accepted and matches', () => {
    expect(issuerProblem(workload)).toBeNull()
    expect(PRESET_FACTS[workload.preset].ruleProblem(workload.rule)).toBeNull()
    expect(matches(judged(workload))).toBe(true)
  })

  it('may not be believed as another issuer, where its host is known', () => {
    const custom = issuerProblem({ issuer: workload.issuer, preset: 'custom' })
    if (workload.preset === 'kubernetes') expect(custom).toBeNull()
    else expect(custom).not.toBeNull()
  })

  it('does not match when any one of its conditions does not hold', () => {
    const { subject, claims } = workload.rule
    if (subject !== null) {
      expect(matches(judged(workload, { claims: { sub: `${subject}x` } }))).toBe(false)
    }
    for (const name of Object.keys(claims)) {
      const rule = { subject, claims: { ...claims, [name]: 'another' } }
      expect(matches(judged(workload, { rule }))).toBe(false)
    }
  })
})

it('every preset is tried', () => {
  const tried = new Set(all.map(([, { preset }]) => preset))
  expect(PRESETS.filter((preset) => !tried.has(preset))).toEqual(['custom'])
})

describe('GitHub Actions', () => {
  const { ruleProblem } = PRESET_FACTS.github
  it('immutable subject: a name alone can become that of another repository', () => {
    const subject = 'repo:octo-org/octo-repo:ref:refs/heads/main'
    expect(ruleProblem({ subject, claims: {} })).toContain('repository_id')
    expect(ruleProblem({ subject: null, claims: { repository: 'octo-org/octo-repo' } })).toContain(
      'repository_id',
    )
    expect(ruleProblem({ subject, claims: { repository_id: '74' } })).toBeNull()
    const immutable = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main'
    expect(ruleProblem({ subject: immutable, claims: {} })).toBeNull()
    expect(ruleProblem({ subject: 'repo:octo-org@65/octo-repo:ref:x', claims: {} })).not.toBeNull()
  })

  it.each(['pull_request_target', 'workflow_run'])(
    '%s is let in only where the rule names it',
    (event) => {
      const workload = named('GitHub Actions')
      const claims = { event_name: event }
      expect(matches(judged(workload, { claims }))).toBe(false)
      const rule = { subject: null, claims: { repository_id: '74', event_name: event } }
      expect(matches(judged(workload, { claims, rule }))).toBe(true)
    },
  )

  it.each([
    'https://token.actions.githubusercontent.com/my-enterprise',
    'https://token.actions.octocorp.ghe.com',
    'https://github.example.com/_services/token',
  ])('%s is one of its issuers, too', (issuer) => {
    expect(issuerProblem({ issuer, preset: 'github' })).toBeNull()
  })

  it.each([
    'https://token.actions.githubusercontent.com/',
    'http://token.actions.githubusercontent.com',
    'https://token.actions.githubusercontent.com.evil.example',
    'https://evil.example/token.actions.githubusercontent.com',
    'https://token.actions.githubusercontent.com/a/b',
    'https://token.actions..ghe.com',
  ])('%s is none', (issuer) => {
    expect(issuerProblem({ issuer, preset: 'github' })).not.toBeNull()
  })
})

describe('GitLab', () => {
  it("pins an id, because a path that was renamed can become another's", () => {
    const { ruleProblem } = PRESET_FACTS.gitlab
    expect(
      ruleProblem({ subject: 'project_path:g/p:ref_type:branch:ref:main', claims: {} }),
    ).not.toBeNull()
    expect(ruleProblem({ subject: null, claims: { namespace_id: '72' } })).toBeNull()
    expect(ruleProblem({ subject: null, claims: { namespace_id: '' } })).not.toBeNull()
  })

  it('string "true" is not the boolean', () => {
    const rule = { subject: null, claims: { project_id: '20', ref_protected: true } }
    const [, condition] = judged(named('GitLab CI/CD'), { rule })
    expect(condition).toMatchObject({
      claim: 'ref_protected',
      holds: false,
      why: 'The claim is a string, the rule demands a boolean.',
    })
  })
})

describe('Kubernetes', () => {
  it.each([
    ['the default service account', 'system:serviceaccount:payments:default'],
    ['a user', 'alice'],
    ['a node', 'system:node:node-1'],
    ['no subject', null],
    ['another with the same beginning', 'system:serviceaccount:payments'],
    ['a namespace with a colon', 'system:serviceaccount:pay:ments:export'],
  ])('%s is refused', (_name, subject) => {
    expect(PRESET_FACTS.kubernetes.ruleProblem({ subject, claims: {} })).not.toBeNull()
  })
})

describe('issuers that sign for everyone', () => {
  it('Google: only the numeric subject, or a verified address', () => {
    const { ruleProblem } = PRESET_FACTS.gcp
    expect(ruleProblem({ subject: 'someone', claims: {} })).not.toBeNull()
    expect(ruleProblem({ subject: null, claims: { email: 'a@b.example' } })).not.toBeNull()
    expect(
      ruleProblem({ subject: null, claims: { email: 'a@b.example', email_verified: 'true' } }),
    ).not.toBeNull()
    expect(
      ruleProblem({ subject: null, claims: { email: 'a@b.example', email_verified: true } }),
    ).toBeNull()
  })

  it('Entra ID: the subject or the object, never the tenant alone', () => {
    const { ruleProblem } = PRESET_FACTS.azure
    expect(ruleProblem({ subject: null, claims: { tid: 'fa15d692' } })).not.toBeNull()
    expect(PRESET_FACTS.azure.needsAudience).toBe(true)
  })

  it('AWS: the ARN of a role', () => {
    expect(PRESET_FACTS.aws.ruleProblem({ subject: 'role/x', claims: {} })).not.toBeNull()
  })

  it('SPIFFE: a whole id, and not its trust domain', () => {
    for (const subject of [
      'spiffe://example.org',
      'spiffe://example.org/',
      'https://example.org/x',
      null,
    ]) {
      expect(PRESET_FACTS.spiffe.ruleProblem({ subject, claims: {} })).not.toBeNull()
    }
  })
})

describe('a condition holds by value and type alone', () => {
  const condition = (expected: string | boolean | number, actual: unknown) =>
    conditionsOf({ subject: null, claims: { c: expected } }, { preset: 'custom' }, { c: actual })[0]

  it.each([
    ['case', 'main', 'Main', 'They differ only in case, and case matters.'],
    [
      'a slash at the end',
      'https://a.example',
      'https://a.example/',
      'They differ only in a slash at the end, and it matters.',
    ],
    ['a prefix', 'repo:octo', 'repo:octo-org/repo', 'The values differ.'],
    ['a number as text', '20', 20, 'The claim is a number, the rule demands a string.'],
    [
      'a list that contains it',
      'admin',
      ['admin'],
      'The claim is a list or an object, which cannot match.',
    ],
    ['an object', 'x', { x: 1 }, 'The claim is a list or an object, which cannot match.'],
    ['null', 'x', null, 'The claim is a list or an object, which cannot match.'],
    ['nothing', 'x', undefined, 'The token does not have this claim.'],
    ['a pattern', '*', 'anything', 'The values differ.'],
  ])('not by %s', (_name, expected, actual, why) => {
    expect(condition(expected, actual)).toMatchObject({ holds: false, why })
  })

  it('an empty rule matches nothing', () => {
    expect(
      matches(conditionsOf({ subject: null, claims: {} }, { preset: 'custom' }, { sub: 'x' })),
    ).toBe(false)
  })

  it('reads a claim inside another by its pointer, and nothing that an object inherits', () => {
    const claims = { 'https://a.example/': { 'b~c': { d: 1 } }, list: ['x'] }
    expect(claimOf(claims, '/https:~1~1a.example~1/b~0c/d')).toBe(1)
    for (const name of [
      'toString',
      '__proto__',
      'constructor',
      '/list/0',
      '/list/length',
      '/a/toString',
    ]) {
      expect(claimOf(claims, name)).toBeUndefined()
    }
  })
})
