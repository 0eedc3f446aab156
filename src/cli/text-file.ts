import { readFileSync } from 'node:fs'
import { usageFailure } from './failure.ts'
import { readStdin } from './secret-input.ts'

/** The text of a file, or of standard input for `-`. */
export async function readText(file: string): Promise<string> {
  return file === '-' ? readStdin() : textOf(file)
}

export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw usageFailure(`${file} cannot be read (${String(error.code)}).`)
  }
}
