import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onceARun } from './once.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** The built command line in a folder of its own, so that suites do not share a `dist`. */
export function builtCommandLine(): { folder: string; bin: string } {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-cli-'))
  cpSync(onceARun('command-line', build), join(folder, 'dist'), { recursive: true })
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
  mkdirSync(join(folder, 'bin'))
  copyFileSync(join(ROOT, 'bin/portcullis.mjs'), join(folder, 'bin/portcullis.mjs'))
  mkdirSync(join(folder, 'node_modules'))
  // Its one package, and no other: what it forgot to name is missing here too.
  symlinkSync(join(ROOT, 'node_modules/commander'), join(folder, 'node_modules/commander'))
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: { portcullis: string }
  }
  const program = join(folder, bin.portcullis)
  // As npm does when it installs it.
  chmodSync(program, 0o755)
  return { folder, bin: program }
}

function build(folder: string): void {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const options = ['-p', join(ROOT, 'tsconfig.build-cli.json'), '--outDir', folder]
  execFileSync(process.execPath, [tsc, ...options])
}

export type Ended = { code: number | null; stdout: string; stderr: string }

/** A process to its end; `env` is all that it has, but for the PATH. */
export function run(
  [program = '', ...args]: string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
): Promise<Ended> {
  const child = spawn(program, args, { env: { PATH: process.env['PATH'], ...env } })
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (ended.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (ended.stderr += String(chunk)))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    // A process may end before it has read what it is given: how it ended is what counts.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error)
    })
    child.stdin.end(input)
    child.on('close', (code) => resolve({ ...ended, code }))
  })
}

/** The words of a shell that runs the program in a terminal of its own (util-linux, BSD). */
export function inTerminal(words: string[]): string[] {
  const quoted = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')
  return process.platform === 'linux'
    ? ['script', '-qec', quoted, '/dev/null']
    : ['script', '-q', '/dev/null', ...words]
}
