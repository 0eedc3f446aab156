import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string | undefined

/** A folder for what is built and written on the way; gone with the process. */
export function scratch(): string {
  if (folder !== undefined) return folder
  folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'))
  process.on('exit', dropScratch)
  return folder
}

export function dropScratch(): void {
  // Servers that are just ending still write to it.
  const patiently = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }
  if (folder !== undefined) rmSync(folder, patiently)
}
