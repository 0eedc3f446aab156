import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Here } from './place.ts'
import { CA } from './secure-door.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'portcullis-interop-'))
const GOCODE = '/usr/share/gocode'

/** The version of a Debian package, or null if this machine does not have it. */
export function debianVersion(name: string): string | null {
  const found = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Abbrev}${Version}', name])
  const [, version] = /^ii +(.*)$/.exec(String(found.stdout)) ?? []
  return version ?? null
}

/** Debian's packages of Go are found by path, and not by module; this one calls itself by its major version. */
function goPath(): string {
  const v4 = join(folder, 'go/src/github.com/golang-jwt/jwt/v4')
  mkdirSync(dirname(v4), { recursive: true })
  symlinkSync(join(GOCODE, 'src/github.com/golang-jwt/jwt'), v4)
  return `${join(folder, 'go')}:${GOCODE}`
}

let path: string | null = null
const built = new Map<string, Promise<string>>()

function buildOfGo(file: string): Promise<string> {
  const binary = join(folder, file.replaceAll(/\W/g, '-'))
  const build = async () => {
    const env = {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: (path ??= goPath()),
      GOFLAGS: '-buildvcs=false',
    }
    await run('go', ['build', '-o', binary, file], { env })
    return binary
  }
  const known = built.get(file) ?? build()
  built.set(file, known)
  return known
}

async function commandOf(file: string): Promise<string[]> {
  if (file.endsWith('.py')) return ['/usr/bin/python3', file]
  if (file.endsWith('.rb')) return ['ruby', file]
  return [await buildOfGo(file)]
}

/** The output of a program in another language; fails as the program does, with its message. */
export function printedBy(file: string, here: Here, ...args: string[]): Promise<string> {
  return printedWith({ CLIENT_SECRET: here.client.secret }, file, here, args)
}

/** `own`: what this program alone finds in its environment. */
export async function printedWith(
  own: Record<string, string>,
  file: string,
  here: Here,
  args: string[] = [],
): Promise<string> {
  const [program = '', ...before] = await commandOf(join(import.meta.dirname, '..', file))
  const env = {
    ...process.env,
    PORTCULLIS: here.issuer,
    AUDIENCE: here.audience,
    CLIENT_ID: here.client.id,
    SSL_CERT_FILE: CA,
    REQUESTS_CA_BUNDLE: CA,
    ...own,
  }
  try {
    return (await run(program, [...before, ...args], { env })).stdout.trim()
  } catch (error) {
    throw new Error(lastLineOf(error as { stderr?: string }), { cause: error })
  }
}

/** Python ends what it prints with what went wrong; Ruby goes on with where, further in. */
const lastLineOf = ({ stderr = '' }: { stderr?: string }): string =>
  stderr.split('\n').findLast((line) => /^\S/.test(line)) ?? ''
