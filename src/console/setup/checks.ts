import type { Health, HealthDetail } from '../../actions/health/check-health.ts'
import type { Unavailable } from '../../domain/errors.ts'
import type { SettingProblem } from '../../domain/setting.ts'
import type { SignInBy } from '../../domain/sign-in.ts'
import { isMissing, useInWords } from '../../domain/key-use.ts'
import { isDue, MINUTE, type Seconds } from '../../domain/time.ts'
import { relativeTime } from '../kit/words.ts'

/** A line of the checklist: its state, what that means, and the command that fixes it. */
export type Check = { name: string; ok: boolean; means: string; mend?: string[] }

export type SetupFacts = {
  now: Seconds
  isLocal: boolean
  issuer: string
  issuerGiven: boolean
  health: Health
  signInBy: SignInBy
  settingProblems: SettingProblem[]
  /** The details from D1; null while it does not answer or lacks a migration. */
  detail: HealthDetail | null
  /** Null while `detail` is null. */
  hasManager: boolean | null
  hasBootstrap: boolean
}

// The cron runs each minute.
const CRON_LATE: Seconds = 5 * MINUTE

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
    good: 'The binding DB answers.',
    bad: 'The binding DB does not answer. Put the id into wrangler.toml.',
    mend: ['npx wrangler d1 info portcullis', 'npx wrangler deploy'],
  },
  {
    what: 'kv',
    name: 'Denylist (KV)',
    good: 'The binding DENYLIST answers.',
    bad: 'The binding DENYLIST does not answer. Put the id into wrangler.toml.',
    mend: ['npx wrangler kv namespace create DENYLIST', 'npx wrangler deploy'],
  },
  {
    what: 'signing_key',
    name: 'Signing key',
    good: 'The key that signs can be used.',
    bad: 'It cannot be unwrapped: WRAPPING_KEY lacks the version that wrapped it.',
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
    means: `The database lacks migrations that this version needs: ${which}. Until they are applied changes fail, and perhaps tokens.`,
    mend: [`npx wrangler d1 migrations apply DB --${isLocal ? 'local' : 'remote'}`],
  }
}

export function peopleChecks({ signInBy, hasManager, hasBootstrap }: SetupFacts): Check[] {
  const signIn = signInCheck(signInBy, hasBootstrap)
  if (hasManager === null) return [signIn]
  const name = 'Administrators'
  if (hasManager) return [signIn, { name, ok: true, means: 'Somebody has manage access.' }]
  const means = 'Nobody has manage access: reminders reach nobody. Add one, or set ADMINISTRATORS.'
  return [signIn, { name, ok: false, means, mend: ['npx wrangler secret put ADMINISTRATORS'] }]
}

function signInCheck({ oidc, access }: SignInBy, hasBootstrap: boolean): Check {
  const name = 'Sign-in'
  const ways = [oidc && 'OpenID Connect', access && 'Cloudflare Access'].filter(Boolean)
  if (ways.length > 0) return { name, ok: true, means: `People sign in by ${ways.join(' and ')}.` }
  const now = hasBootstrap ? 'Only the bootstrap token opens the console. ' : ''
  const means = `${now}Set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or ACCESS_TEAM_DOMAIN and ACCESS_AUD.`
  return { name, ok: false, means, mend: ['npx wrangler secret put OIDC_CLIENT_SECRET'] }
}

/** Needs only the configuration, like `issuerCheck`. */
export function settingsCheck({ settingProblems: problems }: SetupFacts): Check {
  const name = 'Settings'
  if (problems.length === 0) return { name, ok: true, means: 'None is wrong.' }
  const all = new Set(problems.map(({ problem }) => problem))
  return { name, ok: false, means: `Tokens go on, but: ${[...all].join('. ')}.` }
}

export function issuerCheck({ issuer, issuerGiven }: SetupFacts): Check {
  const name = 'Issuer'
  if (issuerGiven) return { name, ok: true, means: `Tokens are issued by ${issuer}.` }
  const means =
    'ISSUER is not set: the address that is called stands for it. A token is good for that address alone, and mails have no link. Put it into wrangler.toml.'
  return { name, ok: false, means, mend: ['[vars]', `ISSUER = "${issuer}"`] }
}

export function detailChecks({ detail, isLocal, now }: SetupFacts): Check[] {
  if (!detail) return []
  return [
    cronCheck(detail, isLocal, now),
    mailCheck(detail),
    remindersCheck(detail),
    denylistCheck(detail),
    auditLogCheck(detail, now),
    strangeKeysCheck(detail),
    keyVersionsCheck(detail),
    openCheck(detail),
  ]
}

function cronCheck({ cron }: HealthDetail, isLocal: boolean, now: Seconds): Check {
  const name = 'Cron'
  const mend = isLocal
    ? ['curl http://localhost:8787/cdn-cgi/handler/scheduled']
    : ['npx wrangler triggers deploy']
  if (!cron) return { name, ok: false, means: 'It never ran: no reminder leaves.', mend }
  const ran = `It last ran ${relativeTime(cron.ranAt, now)}`
  if (cron.failed.length > 0) {
    const means = `${ran} and failed at ${cron.failed.join(', ')}: the log says why.`
    return { name, ok: false, means, mend: ['npx wrangler tail'] }
  }
  if (isDue(cron.ranAt, CRON_LATE + 1, now)) {
    return { name, ok: false, means: `${ran}, and should each minute: reminders wait.`, mend }
  }
  return { name, ok: true, means: `${ran}.` }
}

function mailCheck({ mailer, backlog }: HealthDetail): Check {
  const name = 'Mail'
  if (mailer.name === 'log') {
    const missing = mailer.missing ? ` Missing or wrong: ${mailer.missing}.` : ''
    const means = `No mail leaves: reminders stand in the log alone.${missing} Set MAIL_FROM, and SMTP_URL, MAIL_WEBHOOK_URL or the EMAIL binding.`
    return { name, ok: false, means, mend: ['npx wrangler secret put SMTP_URL'] }
  }
  if (backlog.lastMailError) {
    return {
      name,
      ok: false,
      means: `${mailer.name} refused the last one: ${backlog.lastMailError}`,
    }
  }
  return { name, ok: true, means: `Mail leaves by ${mailer.name}.` }
}

function remindersCheck({ backlog }: HealthDetail): Check {
  const name = 'Reminders'
  const { remindersGivenUp: givenUp, remindersUncertain: uncertain, reminders } = backlog
  if (givenUp + uncertain === 0) return { name, ok: true, means: `${reminders || 'None'} waiting.` }
  const failed = `${givenUp} could not be sent for a day: mend the mail, and they leave by themselves.`
  const unknown = `Of ${uncertain} it is not known whether they arrived: their secrets say so.`
  const means = [givenUp > 0 && failed, uncertain > 0 && unknown].filter(Boolean).join(' ')
  return { name, ok: false, means }
}

function denylistCheck({ backlog: { denylistEntries: entries } }: HealthDetail): Check {
  const name = 'Denylist backlog'
  if (entries === 0) return { name, ok: true, means: 'APIs at the edge know every change.' }
  const means = `${entries} entries are still to be written: APIs that read KV see an older state of these clients. If it stays so, KV refuses writes (the Free plan has 1,000 a day).`
  return { name, ok: false, means }
}

function auditLogCheck({ auditLog, denylist }: HealthDetail, now: Seconds): Check {
  const name = 'Audit log'
  if (denylist.databaseRestore) {
    const means =
      'The database is older than it was. Look at the clients that are held, then accept the log as it is (docs/operations.md, Restore the database).'
    return { name, ok: false, means }
  }
  if (!auditLog) return { name, ok: true, means: 'The cron has not verified it yet.' }
  const { verdict, verifiedAt } = auditLog
  const when = `verified ${relativeTime(verifiedAt, now)}`
  if (verdict.intact) return { name, ok: true, means: `Intact, ${when}.` }
  const means = `Not intact, ${when}: event ${verdict.brokenAt} is ${WHY[verdict.why]}. Somebody wrote to the database, or it was taken back.`
  return { name, ok: false, means }
}

const WHY = {
  missing: 'not there',
  altered: 'changed',
  key_missing: 'sealed with a version of AUDIT_KEY that is not configured',
  truncated: 'cut off with all behind it',
  not_anchored: 'not the one of which an anchor was kept',
}

function strangeKeysCheck({ strangeKeys }: HealthDetail): Check {
  const name = 'Signing keys'
  if (strangeKeys.length === 0) return { name, ok: true, means: 'All in the database are ours.' }
  const means = `${strangeKeys.length} in the database ${strangeKeys.length === 1 ? 'is' : 'are'} not ours: not published, and nothing goes by them. Somebody else writes to the database, or WRAPPING_KEY lacks a version that is still needed (docs/operations.md, A signing key that is not ours).`
  return { name, ok: false, means }
}

function keyVersionsCheck({ keys }: HealthDetail): Check {
  const name = 'Key versions'
  const missing = keys.filter(isMissing)
  if (missing.length > 0) {
    const means = `Not configured, and still needed: ${missing.map(useInWords).join(', ')}. Put them back behind the current ones (docs/configuration.md, Versioned secrets).`
    return { name, ok: false, means }
  }
  const older = keys.filter(({ isCurrent, uses }) => !isCurrent && uses > 0)
  const still = older.length > 0 ? ` Of older ones: ${older.map(useInWords).join(', ')}.` : ''
  return { name, ok: true, means: `All that are needed are there.${still}` }
}

function openCheck({ closed, denylist }: HealthDetail): Check {
  const name = 'Open'
  if (denylist.shut) {
    const far = denylist.pass ? `: ${denylist.pass.entries} entries so far` : ''
    const means = `The database was taken back to an earlier time. No client gets a token, and none is active, until it is compared with the denylist${far}.`
    return { name, ok: false, means }
  }
  if (!closed) return { name, ok: true, means: 'API clients get tokens.' }
  const means = 'CLOSED is on: no client gets a token, and none is active.'
  return { name, ok: false, means, mend: ['npx wrangler secret delete CLOSED'] }
}
