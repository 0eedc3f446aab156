import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const BIN = join(import.meta.dirname, '../../../node_modules/.bin')

export type Runtime = { name: string; command: string; args: string }

/** Packages of this project: where they are missing their tests fail. */
const OWN: Runtime[] = [
  { name: 'Node 24', command: process.execPath, args: 'node.mjs' },
  {
    name: 'Deno',
    command: join(BIN, 'deno'),
    // Nothing comes from elsewhere, and nothing is allowed but what such an API needs.
    args: 'run --no-remote --node-modules-dir=manual --allow-net --allow-env --allow-read deno.mjs',
  },
  { name: 'Bun', command: join(BIN, 'bun'), args: 'run --no-install bun.mjs' },
]

/** `missing`: what this machine cannot run the guard in. */
export function runtimes(): { found: Runtime[]; missing: string[] } {
  // The oldest Node that the package is for: one beside the one that is pinned.
  const folders = (process.env['PATH'] ?? '').split(':').filter((one) => !one.includes(BIN))
  const command = folders
    .map((folder) => join(folder, 'node'))
    .find((one) => spawnSync(one, ['--version'], { encoding: 'utf8' }).stdout?.startsWith('v20.'))
  return command === undefined
    ? { found: OWN, missing: ['Node 20'] }
    : { found: [...OWN, { name: 'Node 20', command, args: 'node.mjs' }], missing: [] }
}

export type RunningApi = { origin: string; stop: () => Promise<void> }

/** A program that prints the port on which it listens. */
export async function startApi(
  { command, args }: Runtime,
  cwd: string,
  env: Record<string, string>,
): Promise<RunningApi> {
  const child = spawn(command, args.split(' '), {
    cwd,
    env: { HOME: cwd, DENO_DIR: join(cwd, '.deno'), DENO_NO_UPDATE_CHECK: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await firstLine(child)
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      if (child.exitCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`It ended with ${code} before it listened.`)))
    if (child.stdout) createInterface(child.stdout).once('line', resolve)
  })
}
