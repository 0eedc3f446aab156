import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Some files of tests need the same build. The first one makes it, and the others of that run take it from there.

const VARIABLE = 'TESTS_OF_ONE_RUN'
/** Less than a hook may take. */
const PATIENCE = 120_000

/** Called where Vitest reads its configuration: the processes that run the files inherit the variable. */
export function shareFolder(): void {
  if (process.env[VARIABLE] !== undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-run-'))
  process.env[VARIABLE] = folder
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
}

/** The folder that `make` has filled: in this process or in another one of the same run. It is only to be read. */
export function onceARun(name: string, make: (folder: string) => void): string {
  const shared = process.env[VARIABLE]
  const found = shared === undefined ? null : sharedOne(join(shared, name), make)
  if (found !== null) return found
  const own = mkdtempSync(join(tmpdir(), 'portcullis-run-'))
  make(own)
  return own
}

/** Null where another file makes it and does not finish: that one may have been ended. */
function sharedOne(folder: string, make: (folder: string) => void): string | null {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    if (existsSync(folder)) return folder
    if (isFirst(`${folder}.lock`)) return madeWhole(folder, make)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
  }
  return null
}

function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Where this fails the next file tries it, and says why itself. */
function madeWhole(folder: string, make: (folder: string) => void): string {
  try {
    // Another file may have made it since this one looked.
    if (existsSync(folder)) return folder
    const draft = mkdtempSync(`${folder}.`)
    make(draft)
    renameSync(draft, folder)
    return folder
  } finally {
    rmSync(`${folder}.lock`, { recursive: true })
  }
}
