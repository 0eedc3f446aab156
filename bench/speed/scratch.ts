import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string | undefined

/** A folder for what is built and written on the way; gone with the process. */
export function scratch(): string {
  if (folder !== undefined) return folder
  const made = mkdtempSync(join(tmpdir(), 'portcullis-bench-'))
  process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  folder = made
  return made
}
