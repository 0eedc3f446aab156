import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readBootstrapToken } from '../src/bindings.ts'
import { readKeyRing } from '../src/crypto/key-ring.ts'
import { readAddresses } from '../src/domain/administrator.ts'
import { readApiDocs } from '../src/domain/api-docs.ts'
import { readEventsWebhook } from '../src/domain/events-webhook.ts'
import { readFlag } from '../src/domain/flag.ts'
import { policyIn } from '../src/domain/policy-variables.ts'
import { readSignInBy } from '../src/domain/sign-in.ts'
import { makeMailer } from '../src/mail/mailer.ts'
import { readIssuer } from '../src/domain/issuer-url.ts'
import { readDatabaseLimit, readSigningKeyDays } from '../src/options.ts'
import { readReminderDays, readReminderRecipients } from '../src/domain/reminder-days.ts'
import { readUnusedDays } from '../src/domain/unused-secret.ts'
import { ALGORITHMS, isAlgorithm, readLeadHours } from '../src/domain/signing-key.ts'
import { CannotStart } from './cannot-start.ts'
import { endWithParent } from './end-with-parent.mjs'
import {
  envFileOf,
  missingKeys,
  readVars,
  requireWritable,
  KEYS,
  type Vars,
  writeDevVars,
  writeEnvFile,
} from './dev-vars.ts'
import { hostOf, isPlainHttp, readAddressToBind, readPort, requireFreePort } from './listening.ts'
import { printCommands, sampleOf } from './sample.ts'

const root = join(import.meta.dirname, '..')
const devVars = join(root, '.dev.vars')
const READY_TIMEOUT_MS = 60_000

async function start(): Promise<void> {
  const port = readPort(process.env['PORT'])
  const state = stateFolder(process.env['STATE_DIR'])
  requireKeysOf(state)
  const wroteVars = writeDevVars(devVars)
  const vars = validateVars({
    ISSUER: `http://localhost:${port}`,
    ...readVars(devVars, process.env),
  })
  const address = readAddressToBind(process.env['BIND_ADDRESS'], vars)
  await requireFreePort(port, address)
  if (wroteVars) console.log('Wrote .dev.vars with fresh secrets.')
  const envFile = writeEnvFile(state, vars)
  await migrate(state)
  const worker = serve(envFile, [
    '--port',
    String(port),
    '--inspector-port',
    '0',
    '--persist-to',
    state,
    ...(address === null ? [] : ['--ip', address]),
    // Without it the Worker ignores the variable, as every deployment does.
    ...(isPlainHttp(vars) ? ['--define', 'PORTCULLIS_DEVELOPMENT:true'] : []),
  ])
  const origin = `http://${hostOf(address)}:${port}`
  // Every path is below that of the issuer, if it has one.
  const base = origin + new URL(vars['ISSUER'] ?? origin).pathname.replace(/\/$/, '')
  try {
    await untilHealthy(base)
    // Wrangler never fires the cron by itself. The first run makes the signing key.
    await fetch(`${origin}/cdn-cgi/handler/scheduled`)
    const sample = await sampleOf(base, state, vars['BOOTSTRAP_TOKEN'])
    if (sample) printCommands(base, sample, Boolean(process.env['BOOTSTRAP_TOKEN']))
  } catch (error) {
    endGroup(worker)
    throw error
  }
  console.log(`The console: ${base}/console (sign in with BOOTSTRAP_TOKEN from .dev.vars)\n`)
  console.log(`Portcullis is ready on ${base}`)
}

function stateFolder(value = '.wrangler/state'): string {
  const folder = isAbsolute(value) ? value : join(root, value)
  try {
    requireWritable(folder)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new CannotStart(
      `STATE_DIR ${folder} cannot be written (${String(error.code)}): set STATE_DIR to a folder that can.`,
    )
  }
  return folder
}

/**
 * A state that was made with other keys cannot be read, and its own file may be the only copy of them:
 * this is checked before anything is written.
 */
function requireKeysOf(state: string): void {
  const file = envFileOf(state)
  const missing = missingKeys(readVars(file, {}), readVars(devVars, process.env))
  if (missing.length === 0) return
  const where = existsSync(devVars)
    ? '.dev.vars and the environment have'
    : 'there is no .dev.vars with'
  throw new CannotStart(
    `The database in ${state} was made with another ${missing.join(', ')} than ${where}. ` +
      `The keys are in ${file}: copy it to .dev.vars, or choose another STATE_DIR. Nothing was changed.`,
  )
}

/** By the Worker's own rules, so that a wrong secret stops the start and not a request. */
function validateVars(vars: Vars): Vars {
  try {
    for (const name of KEYS) {
      readKeyRing(name, vars[name])
    }
    const algorithm = vars['SIGNING_ALGORITHM']
    if (algorithm && !isAlgorithm(algorithm)) {
      throw new TypeError(`SIGNING_ALGORITHM must be ${ALGORITHMS.join(' or ')}`)
    }
    if (vars['BOOTSTRAP_TOKEN']) readBootstrapToken(vars['BOOTSTRAP_TOKEN'])
    readIssuer(vars['ISSUER'] ?? '', isPlainHttp(vars))
    readAddresses(vars['ADMINISTRATORS'] ?? '')
    readApiDocs(vars['API_DOCS'], vars['ISSUER'] ?? '')
    for (const name of ['REQUIRE_IF_MATCH', 'DPOP_NONCE', 'SECURITY_EVENTS', 'CLOSED'])
      readFlag(name, vars[name])
    policyIn(vars, (read) => read())
    checkSignIn(vars)
    checkDays(vars)
    checkMail(vars)
    readEventsWebhook({
      url: vars['EVENTS_WEBHOOK_URL'],
      secret: vars['EVENTS_WEBHOOK_SECRET'],
      format: vars['EVENTS_WEBHOOK_FORMAT'],
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new CannotStart(
      `${error.message}: mend it in .dev.vars, or delete .dev.vars for fresh secrets.`,
    )
  }
  return vars
}

function checkSignIn(vars: Vars): void {
  const oidc = {
    issuer: vars['OIDC_ISSUER'],
    clientId: vars['OIDC_CLIENT_ID'],
    clientSecret: vars['OIDC_CLIENT_SECRET'],
  }
  const access = { teamDomain: vars['ACCESS_TEAM_DOMAIN'], audience: vars['ACCESS_AUD'] }
  const groups = {
    claim: vars['OIDC_ACCESS_CLAIM'],
    manageValues: vars['OIDC_MANAGE_VALUES'],
    viewValues: vars['OIDC_VIEW_VALUES'],
  }
  readSignInBy((read) => read(), oidc, access, groups)
}

function checkDays(vars: Vars): void {
  const days = vars['SIGNING_KEY_DAYS']
  if (days) readSigningKeyDays('SIGNING_KEY_DAYS', Number(days))
  readReminderDays('REMINDER_DAYS', vars['REMINDER_DAYS'] || undefined)
  readReminderRecipients(vars['REMINDER_RECIPIENTS'])
  const unused = vars['UNUSED_SECRET_DAYS']
  if (unused) readUnusedDays('UNUSED_SECRET_DAYS', Number(unused))
  const limit = vars['DATABASE_LIMIT_MB']
  if (limit) readDatabaseLimit(Number(limit))
  const hours = vars['SIGNING_KEY_LEAD_HOURS']
  if (hours) readLeadHours(Number(hours))
}

function checkMail(vars: Vars): void {
  makeMailer({
    issuer: vars['ISSUER'] ?? '',
    days: [1],
    unusedDays: null,
    now: () => 0,
    from: vars['MAIL_FROM'],
    smtpUrl: vars['SMTP_URL'],
    webhookUrl: vars['MAIL_WEBHOOK_URL'],
    webhookSecret: vars['MAIL_WEBHOOK_SECRET'],
  })
}

async function migrate(state: string): Promise<void> {
  const child = wrangler(
    ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state],
    'pipe',
  )
  let output = ''
  child.stdout?.on('data', (chunk) => (output += String(chunk)))
  child.stderr?.on('data', (chunk) => (output += String(chunk)))
  const code = await new Promise((resolve) => child.on('exit', resolve))
  if (code === 0) return
  console.error(output)
  throw new CannotStart(`The migrations could not be applied in ${state}: see above.`)
}

function serve(envFile: string, options: string[]): ChildProcess {
  const quiet = ['--log-level', 'error', '--show-interactive-dev-session=false']
  const child = wrangler(['dev', ...options, ...quiet, '--env-file', envFile], 'inherit')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // This process ends after the group, so that the port is free by then.
    process.on(signal, () => endGroup(child))
  }
  child.on('exit', (code, signal) => process.exit(signal ? 0 : (code ?? 1)))
  return child
}

/** In a process group of its own: wrangler alone would leave workerd running. */
function wrangler(args: string[], stdio: 'inherit' | 'pipe'): ChildProcess {
  const bin = join(root, 'node_modules/wrangler/bin/wrangler.js')
  const preload = join(root, 'scripts/end-group-with-parent.mjs')
  return spawn(process.execPath, ['--import', preload, bin, ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', stdio, stdio],
    env: { ...process.env, CI: 'true' },
  })
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return
  const group = -child.pid
  process.kill(group, 'SIGTERM')
  setTimeout(() => process.kill(group, 'SIGKILL'), 5000).unref()
}

async function untilHealthy(base: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < deadline) {
    if (await isHealthy(base)) return
    await sleep(200)
  }
  throw new CannotStart(`The Worker is not healthy: ask ${base}/health what fails, and see above.`)
}

async function isHealthy(base: string): Promise<boolean> {
  try {
    return (await fetch(`${base}/health`)).ok
  } catch (error) {
    // Not listening yet.
    if (error instanceof TypeError) return false
    throw error
  }
}

endWithParent(() => process.kill(process.pid, 'SIGTERM'))
try {
  await start()
} catch (error) {
  if (!(error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exit(1)
}
