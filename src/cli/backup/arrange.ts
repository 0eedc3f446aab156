import { createReadStream, createWriteStream, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { action } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { note, print, printJson } from '../terminal.ts'
import { KINDS, lineKinds, rowStatements } from './statements.ts'

const args = {
  backup: {
    type: 'positional',
    required: true,
    description: 'What wrangler d1 export wrote',
  },
  file: {
    type: 'string',
    required: true,
    valueHint: 'FILE',
    description:
      'Write it to a new file that only you can read, in the form that wrangler d1 execute takes',
  },
} as const

/** Reads the backup once for each kind of statement, because it may exceed the memory. */
export const arrange = action(
  'arrange',
  'Put a backup of the database into the order in which D1 loads it',
  args,
  async ({ backup, file, json }) => {
    const lines = Readable.from(arranged(backup))
    try {
      // Never overwrites another file.
      await pipeline(lines, createWriteStream(file, { mode: 0o600, flags: 'wx' }))
    } catch (error) {
      throw failureOf(error, backup, file)
    }
    if (json) return printJson({ file })
    print(`Wrote ${file}, which only you can read.`)
    note(`Load it into an empty database: npx wrangler d1 execute DB --remote --file=${file}`)
    note('Where wrangler.toml has environments, add --env and the name of one.')
  },
)

async function* arranged(backup: string): AsyncGenerator<string> {
  for (const wanted of KINDS) {
    const kindOf = lineKinds()
    let some = false
    for await (const line of linesOf(backup)) {
      if (kindOf(line) !== wanted) continue
      some = true
      const statements = rowStatements(line)
      if (statements === null) throw tooLong(line)
      yield `${statements.join('\n')}\n`
    }
    if (!some && wanted !== 'links') throw notWhole(backup)
  }
}

/** Splits at line feeds alone: any other line end may be part of a text. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let begun = ''
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = (begun + String(chunk)).split('\n')
    begun = lines.pop() ?? ''
    yield* lines
  }
  if (begun !== '') yield begun
}

/** Triggers come at the very end of a backup. */
function notWhole(backup: string): Failure {
  return new Failure(
    EXIT.failed,
    `${backup} is not a complete backup of a database of Portcullis: tables, rows or triggers are missing.`,
  )
}

function tooLong(line: string): Failure {
  const table = /^INSERT INTO ("\w+")/.exec(line)?.[1] ?? 'a table'
  return new Failure(
    EXIT.failed,
    `A row of ${table} makes a statement of more than 100,000 bytes, which D1 does not take.`,
  )
}

/** Removes a file that was begun. */
function failureOf(error: unknown, backup: string, file: string): unknown {
  if (!(error instanceof Error)) return error
  const { code, path, syscall } = error as NodeJS.ErrnoException
  if (path === file) {
    const why = code === 'EEXIST' ? 'is there already' : `cannot be written (${String(code)})`
    return new Failure(EXIT.failed, `${file} ${why}.`)
  }
  rmSync(file, { force: true })
  if (code === undefined) return error
  const [name, what] = syscall === 'write' ? [file, 'written'] : [backup, 'read']
  return new Failure(EXIT.failed, `${name} cannot be ${what} (${code}).`)
}
