import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotStart } from './cannot-start.ts'
import { checkVars } from './check-vars.ts'
import { endWithParent } from './end-with-parent.mjs'
import {
  envFileOf,
  missingKeys,
  readVars,
  requireWritable,
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
  const vars = checkVars({
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
