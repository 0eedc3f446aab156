import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')

/** A copy of what git tracks, with the packages linked: `npm start` writes beside its own files. */
export function copyOfProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'portcullis-start-'))
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const tracked = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' })
  const files = tracked.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)))
  execFileSync('tar', ['-cf', join(copy, 'all.tar'), ...files], { cwd: ROOT })
  execFileSync('tar', ['-xf', 'all.tar'], { cwd: copy })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Below the ports that a system gives to connections: none takes it before the server listens, or is started anew. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

export type Started = { child: ChildProcess; output: () => string; ended: Promise<number | null> }

export function npmStart(copy: string, environment: Record<string, string>): Started {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment }
  const child = spawn('npm', ['start', '--silent'], { cwd: copy, env, detached: true })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (output += String(chunk)))
  }
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return { child, output: () => output, ended }
}

export async function untilReady(started: Started): Promise<void> {
  const deadline = Date.now() + 180_000
  while (!started.output().includes('Portcullis is ready on')) {
    if (started.child.exitCode !== null || Date.now() > deadline) throw new Error(started.output())
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

export async function stop(started: Started): Promise<void> {
  if (started.child.exitCode === null) started.child.kill('SIGTERM')
  await started.ended
}
