import { createInterface } from 'node:readline'
import { text as readAll } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import { DAMAGES, parseSecret } from '../domain/secret-text.ts'
import { usageFailure } from './failure.ts'

const INTERRUPTED = 130

export const clientSecretOption = {
  clientSecretStdin: {
    type: 'boolean',
    description: 'Read the secret from standard input instead of asking for it',
  },
} as const

/** Never taken from an argument: those are in `ps` and in the shell's history. */
export async function readSecret(fromStdin: boolean): Promise<string> {
  const secret = fromStdin ? await readStdin() : await prompt('Client secret: ', { isHidden: true })
  if (secret === '') throw usageFailure('The secret is empty.')
  const parsed = parseSecret(secret)
  if (typeof parsed === 'string') {
    throw usageFailure(`The secret ${DAMAGES[parsed]}. Nothing was sent.`)
  }
  return secret
}

export async function readStdin(): Promise<string> {
  return (await readAll(process.stdin)).trim()
}

/** Asks on the terminal. The question goes to standard error, so that only answers are piped. */
export async function prompt(question: string, { isHidden = false } = {}): Promise<string> {
  if (!process.stdin.isTTY) {
    const instead = isHidden ? 'pipe it in, with --client-secret-stdin' : 'give it as an option'
    throw usageFailure(`There is no terminal to ask "${question.trim()}" on: ${instead}.`)
  }
  if (isHidden) process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = isHidden ? silent : process.stderr
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  const answer = await new Promise<string>((resolve) => {
    lines.on('SIGINT', () => process.exit(INTERRUPTED))
    // Ctrl-D: no answer.
    lines.on('close', () => resolve(''))
    lines.question(isHidden ? '' : question, resolve)
  })
  lines.close()
  if (isHidden) process.stderr.write('\n')
  return answer.trim()
}
