import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { randomText } from '../src/crypto/random.ts'

/** The variables that the Worker reads, and that `npm start` passes on (docs/configuration.md). */
export const VARIABLES = [
  'ISSUER',
  'BOOTSTRAP_TOKEN',
  'SIGNING_ALGORITHM',
  'PEPPER',
  'WRAPPING_KEY',
  'AUDIT_KEY',
  'COOKIE_KEY',
  'ADMINISTRATORS',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'ACCESS_TEAM_DOMAIN',
  'ACCESS_AUD',
  'OIDC_ACCESS_CLAIM',
  'OIDC_MANAGE_VALUES',
  'OIDC_VIEW_VALUES',
  'MTLS_HOST',
  'CLIENT_CERTIFICATE_PROXY_SECRET',
  'MAIL_FROM',
  'SMTP_URL',
  'MAIL_WEBHOOK_URL',
  'MAIL_WEBHOOK_SECRET',
  'EVENTS_WEBHOOK_URL',
  'EVENTS_WEBHOOK_SECRET',
  'EVENTS_WEBHOOK_FORMAT',
  'SECURITY_EVENTS',
  'AUDIT_CHECKPOINT_EVENTS',
  'AUDIT_CHECKPOINT_MAIL',
  'REMINDER_DAYS',
  'REMINDER_RECIPIENTS',
  'UNUSED_SECRET_DAYS',
  'SIGNING_KEY_DAYS',
  'DATABASE_LIMIT_MB',
  'GATE_LEASE_SECONDS',
  'SIGNING_KEY_LEAD_HOURS',
  'REQUIRE_IF_MATCH',
  'STATUS_LISTS',
  'DPOP_NONCE',
  'SECRET_DAYS_DEFAULT',
  'SECRET_DAYS_MAX',
  'ALLOWED_CREDENTIALS',
  'REQUIRE_DPOP',
  'CLOSED',
  'API_DOCS',
  'DEVELOPMENT_PLAIN_HTTP',
] as const

export type Vars = Partial<Record<string, string>>

/**
 * The keys that a database is bound to: without them its contents can be neither read nor checked.
 */
export const KEYS = ['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY', 'COOKIE_KEY']

const SECRET_LENGTH = 43

/** `.dev.vars` with fresh random secrets, where there is none. */
export function writeDevVars(file: string): boolean {
  if (existsSync(file)) return false
  const key = () => `1:${randomText(SECRET_LENGTH)}`
  const lines = [
    '# Secrets of this copy alone, made by `npm start`. Never committed, never deployed.',
    `BOOTSTRAP_TOKEN="${randomText(SECRET_LENGTH)}"`,
    ...KEYS.map((name) => `${name}="${key()}"`),
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  return true
}

/** `.dev.vars`, with what the environment sets on top. */
export function readVars(file: string, environment: Vars): Vars {
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const fromEnvironment = VARIABLES.filter((name) => environment[name]).map((name) => [
    name,
    environment[name],
  ])
  return { ...fromFile, ...Object.fromEntries(fromEnvironment) }
}

export function envFileOf(folder: string): string {
  return join(folder, 'portcullis.env')
}

/** The keys that made what is new with `before`, and that `now` does not have; a rotation keeps them. */
export function missingKeys(before: Vars, now: Vars): string[] {
  return KEYS.filter((name) => {
    const current = before[name]?.split(',')[0]?.trim()
    const known = now[name]?.split(',').map((key) => key.trim()) ?? []
    return current !== undefined && !known.includes(current)
  })
}

/** The file that wrangler reads them from: one place, where a process listing does not show them. */
export function writeEnvFile(folder: string, vars: Vars): string {
  const file = envFileOf(folder)
  const lines = Object.entries(vars).map(([name, value]) => `${name}=${quoted(value ?? '')}`)
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  // The mode above counts for a new file alone.
  chmodSync(file, 0o600)
  return file
}

/** Wrangler expands `$NAME` in what it reads, and knows no escaped quote. */
function quoted(value: string): string {
  const quote = ['"', "'", '`'].find((mark) => !value.includes(mark)) ?? '"'
  return quote + value.replaceAll('$', '\\$') + quote
}

export function requireWritable(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const probe = join(folder, '.writable')
  writeFileSync(probe, '')
  rmSync(probe)
}
