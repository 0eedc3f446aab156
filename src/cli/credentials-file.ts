import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { EXIT, Failure } from './failure.ts'

/** The credentials that `login` keeps. Tokens are never kept. */
export type Credentials = { issuer: string; client_id: string; client_secret: string }

const OTHERS = 0o077

export function credentialsPath(): string {
  const { XDG_CONFIG_HOME: xdg = '', APPDATA } = process.env
  const ofWindows = process.platform === 'win32' ? APPDATA : undefined
  // The XDG specification says to ignore relative paths.
  const folder = ofWindows ?? (isAbsolute(xdg) ? xdg : join(homedir(), '.config'))
  return join(folder, 'portcullis', 'credentials.json')
}

export function writeCredentials(credentials: Credentials, path = credentialsPath()): void {
  try {
    moveIn(path, `${JSON.stringify(credentials, null, 2)}\n`)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new Failure(EXIT.failed, `${path} cannot be written (${String(error.code)}).`)
  }
}

/** Writes to another file and renames it: a reader sees the old file or the new, never a wider mode. */
function moveIn(path: string, text: string): void {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const draft = join(folder, `.credentials.${process.pid}`)
  rmSync(draft, { force: true })
  try {
    writeDraft(draft, text)
    renameSync(draft, path)
  } finally {
    // Leaves no half of a secret behind if the disk is full.
    rmSync(draft, { force: true })
  }
}

function writeDraft(draft: string, text: string): void {
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Null if there are no credentials. A file that others can read is refused, as ssh refuses a key. */
export function readCredentials(path = credentialsPath()): Credentials | null {
  const file = openIfThere(path)
  if (file === null) return null
  try {
    requirePrivate(file, path)
    return parsed(readFileSync(file, 'utf8'), path)
  } finally {
    closeSync(file)
  }
}

export function removeCredentials(path = credentialsPath()): boolean {
  const file = openIfThere(path)
  if (file === null) return false
  closeSync(file)
  try {
    rmSync(path)
  } catch (error) {
    throw new Failure(EXIT.failed, `${path} cannot be removed (${codeOf(error)}).`)
  }
  return true
}

function openIfThere(path: string): number | null {
  const file = opened(path)
  if (file === null || fstatSync(file).isFile()) return file
  closeSync(file)
  throw new Failure(EXIT.denied, `${path} is not a file.`)
}

function opened(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return null
    throw new Failure(EXIT.denied, `${path} cannot be opened (${code}).`)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function requirePrivate(file: number, path: string): void {
  // Windows has no such modes: %APPDATA% is the user's own.
  if (process.platform === 'win32') return
  const { mode, uid } = fstatSync(file)
  if (uid !== process.getuid?.()) throw new Failure(EXIT.denied, `${path} belongs to someone else.`)
  if ((mode & OTHERS) === 0) return
  throw new Failure(
    EXIT.denied,
    `${path} can be read by others (mode ${(mode & 0o777).toString(8)}), and is not used.\n` +
      `Others may have read the secret: rotate it. Then: chmod 600 ${path}`,
  )
}

function parsed(text: string, path: string): Credentials {
  const { issuer, client_id, client_secret } = objectIn(text)
  const isWhole = [issuer, client_id, client_secret].every((value) => typeof value === 'string')
  if (isWhole) return { issuer, client_id, client_secret } as Credentials
  throw new Failure(EXIT.denied, `${path} is not a file of credentials: run portcullis login.`)
}

function objectIn(text: string): Partial<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch (error) {
    // The parser's own message would quote the file, and the secret in it.
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
