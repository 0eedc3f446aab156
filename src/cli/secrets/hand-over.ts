import { writeFileSync } from 'node:fs'
import { EXIT, Failure } from '../failure.ts'
import { sayIfLost } from '../lost-output.ts'
import { note, print, printJson } from '../terminal.ts'
import type { SecretValues } from './values.ts'

export const fileOption = {
  file: {
    type: 'string',
    valueHint: 'FILE',
    description:
      'Write them to a new file that only you can read, in the form that wrangler secret bulk takes',
  },
} as const

const KEEP =
  'They are kept nowhere else. Put each whole value into a password manager before you set it: to rotate it, you need the old value.'

/** Shows secrets once: in a file, as JSON, or as lines. */
export function handOver(
  secrets: SecretValues,
  { file, json }: { file: string | undefined; json: boolean },
): void {
  if (file !== undefined) return handOverIn(file, secrets, json)
  sayIfLost('What was made is kept nowhere else: do not use it, and make it again.')
  if (json) printJson(secrets)
  else for (const [name, value] of Object.entries(secrets)) print(`${name}=${value}`)
  note(KEEP)
}

function handOverIn(file: string, secrets: SecretValues, json: boolean): void {
  writeNew(file, `${JSON.stringify(secrets, null, 2)}\n`)
  const names = Object.keys(secrets)
  if (json) return printJson({ file, secrets: names })
  print(`Wrote ${names.join(', ')} to ${file}, which only you can read.`)
  print(`Set them with: npx wrangler secret bulk ${file}`)
  note('Where wrangler.toml has environments, add --env and the name of one.')
  note(`${KEEP} Then delete the file.`)
}

/** Never overwrites another file: it may hold the only copy. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const why =
      error.code === 'EEXIST' ? 'is there already' : `cannot be written (${String(error.code)})`
    throw new Failure(EXIT.failed, `${file} ${why}. No secret was made.`)
  }
}
