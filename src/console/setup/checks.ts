import type { Health, HealthDetail } from '../../actions/health/check-health.ts'
import type { Unavailable } from '../../domain/errors.ts'
import { turnsClientsAway } from '../../domain/health.ts'
import type { Policy } from '../../domain/policy.ts'
import type { SettingProblem } from '../../domain/setting.ts'
import type { SignInBy } from '../../domain/sign-in.ts'
import type { Seconds } from '../../domain/time.ts'

/** A line of the checklist: its state, what that means, and what fixes it: commands or a page. */
export type Check = {
  name: string
  ok: boolean
  means: string
  mend?: string[]
  /** Beneath the console. */
  page?: { label: string; path: string }
}

export type SetupFacts = {
  now: Seconds
  isLocal: boolean
  issuer: string
  issuerGiven: boolean
  health: Health
  signInBy: SignInBy
  settingProblems: SettingProblem[]
  reminders: { days: number[]; recipients: string[]; unusedDays: number | null }
  policy: Policy
  /** The details from D1; null while it does not answer or lacks a migration. */
  detail: HealthDetail | null
  /** Null while `detail` is null. */
  hasManager: boolean | null
  hasBootstrap: boolean
}

type Binding = {
  what: Unavailable['what']
  name: string
  good: string
  bad: string
  mend: string[]
}

const BINDINGS: Binding[] = [
  {
    what: 'd1',
    name: 'Database (D1)',
    good: 'The DB binding works.',
    bad: 'The DB binding doesn’t answer. Put the id of the database into wrangler.toml.',
    mend: ['npx wrangler d1 list', 'npx wrangler deploy'],
  },
  {
    what: 'kv',
    name: 'Denylist (KV)',
    good: 'The DENYLIST binding works.',
    bad: 'The DENYLIST binding doesn’t answer. Put the id of the namespace into wrangler.toml.',
    mend: ['npx wrangler kv namespace create DENYLIST', 'npx wrangler deploy'],
  },
  {
    what: 'signing_key',
    name: 'Signing key',
    good: 'The active key works.',
    bad: 'The active key can’t be unwrapped: WRAPPING_KEY lacks the version that wrapped it.',
    mend: ['npx wrangler secret put WRAPPING_KEY'],
  },
]

export function bindingChecks(facts: SetupFacts): Check[] {
  const { failing } = facts.health
  const checks = BINDINGS.map(({ what, name, good, bad, mend }) =>
    failing.includes(what)
      ? { name, ok: false, means: bad, mend }
      : { name, ok: true, means: good },
  )
  return failing.includes('d1') ? checks : [...checks, migrationsCheck(facts)]
}

function migrationsCheck({ health, isLocal }: SetupFacts): Check {
  const name = 'Tables'
  if (!health.failing.includes('migrations')) {
    return { name, ok: true, means: 'All migrations are applied.' }
  }
  const which = health.missingMigrations.join(', ')
  return {
    name,
    ok: false,
    means: `The database lacks migrations that this version needs: ${which}. Until they are applied, changes fail, and token requests may fail too.`,
    mend: [`npx wrangler d1 migrations apply DB --${isLocal ? 'local' : 'remote'}`],
  }
}

export function peopleChecks(facts: SetupFacts): Check[] {
  const { hasManager } = facts
  const signIn = signInCheck(facts)
  if (hasManager === null) return [signIn]
  const name = 'Administrators'
  const page = { label: 'Administrators', path: '/administrators' }
  if (hasManager) return [signIn, { name, ok: true, means: 'Somebody has manage access.' }]
  const means =
    'No one has manage access, so no administrator gets reminders. Add yourself, or set ADMINISTRATORS.'
  return [signIn, { name, ok: false, means, page }]
}

const OIDC = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']
const ACCESS = ['ACCESS_TEAM_DOMAIN', 'ACCESS_AUD']

function signInCheck({
  signInBy: { oidc, access, groups },
  hasBootstrap,
  isLocal,
}: SetupFacts): Check {
  const name = 'Sign-in'
  const ways = [oidc && 'OpenID Connect', access && 'Cloudflare Access'].filter(Boolean)
  const by = groups ? ` Those with certain values of the claim ${groups.claim} get in, too.` : ''
  if (ways.length > 0) {
    return { name, ok: true, means: `People sign in by ${ways.join(' and ')}.${by}` }
  }
  const now = hasBootstrap ? 'Only the bootstrap token opens the console. ' : ''
  const means = `${now}Set ${OIDC.join(', ')} for OpenID Connect, or ${ACCESS.join(' and ')} for Cloudflare Access.`
  return { name, ok: false, means, mend: settingsFor(OIDC, isLocal) }
}

/** How settings are made: locally by lines of a file, else as secrets of the Worker. */
export function settingsFor(names: string[], isLocal: boolean): string[] {
  if (isLocal) return ['# .dev.vars', ...names.map((name) => `${name}=`)]
  return names.map((name) => `npx wrangler secret put ${name}`)
}

/** Needs only the configuration, like `issuerCheck`. */
export function settingsCheck({ settingProblems: problems }: SetupFacts): Check {
  const name = 'Settings'
  if (problems.length === 0) return { name, ok: true, means: 'All settings are valid.' }
  const all = new Set(problems.map(({ problem }) => problem))
  const outcome = turnsClientsAway(problems.map((one) => one.name))
    ? 'Clients are turned away'
    : 'Tokens are issued all the same'
  return { name, ok: false, means: `${outcome}. ${[...all].join('. ')}.` }
}

/** None where the deployment has no gates. */
export function gatesCheck({ detail }: SetupFacts): Check[] {
  const answer = detail?.gatesAnswer ?? null
  if (answer === null) return []
  const means = answer
    ? 'Gates answer for the database.'
    : 'No gate answers: the database is asked each time, and changes are confirmed only after the lease. Compare the GATES binding with docs/gates.md.'
  return [{ name: 'Gates', ok: answer, means }]
}

export function issuerCheck({ issuer, issuerGiven }: SetupFacts): Check {
  const name = 'Issuer'
  if (issuerGiven) return { name, ok: true, means: `Tokens are issued by ${issuer}.` }
  const means =
    'ISSUER isn’t set, so the address of each request is used. A token is valid only for that address, and emails have no links. Put this into wrangler.toml:'
  return { name, ok: false, means, mend: ['[vars]', `ISSUER = "${issuer}"`] }
}
