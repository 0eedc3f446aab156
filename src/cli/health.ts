import { isAtLeast, type Level, LEVELS } from '../domain/health.ts'
import { requestToken } from './access-token.ts'
import { readAccount } from './account.ts'
import type { HealthBody } from './api-types.ts'
import { action } from './command.ts'
import { printBody } from './describe.ts'
import { EXIT, type ExitCode, Failure } from './failure.ts'
import { fieldsOf, Refused, request, unexpectedAnswer } from './http.ts'
import { readIssuer } from './issuer.ts'
import { printTable } from './table.ts'
import { type Colour, print, printJson } from './terminal.ts'

const AILING = ['degraded', 'failing', 'unavailable'] as const satisfies Level[]

const args = {
  failOn: {
    type: 'string',
    choices: AILING,
    valueHint: 'LEVEL',
    description: 'End with 0 below this level (default degraded)',
  },
  url: {
    type: 'string',
    valueHint: 'ISSUER',
    description: 'Another server, which shows only its status; needs no login',
  },
} as const

/** How it is now: a monitor tries again by itself. */
const ONCE = { maxAttempts: 1, giveUpAfterMs: 0 }

const EXIT_CODES: Record<Level, ExitCode> = {
  ok: EXIT.ok,
  degraded: EXIT.degraded,
  failing: EXIT.failing,
  unavailable: EXIT.unreachable,
}

export const health = action(
  'health',
  'Show the health of the server; the exit code is its level',
  args,
  async ({ url, failOn = 'degraded', json }) => {
    const body = await (url === undefined ? askAsCaller() : ask(readIssuer(url)))
    if (json) printJson(body)
    else printHealth(body)
    const level = body.status as Level
    return isAtLeast(level, failOn) ? EXIT_CODES[level] : EXIT.ok
  },
)

/** With the account of the caller, for the details; a server that issues no token says the status alone. */
async function askAsCaller(): Promise<HealthBody> {
  const account = readAccount()
  const { issuer } = account
  if ('token' in account) return ask(issuer, account.token)
  try {
    const { access_token: token } = await requestToken(
      issuer,
      account,
      { resources: [issuer] },
      ONCE,
    )
    return await ask(issuer, token)
  } catch (failure) {
    if (!(failure instanceof Failure && failure.exitCode === EXIT.unreachable)) throw failure
    return ask(issuer)
  }
}

/** The status is in the body, of a 503 too. */
async function ask(issuer: string, token?: string): Promise<HealthBody> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const url = `${issuer}/health`
  const body = await request({ url, headers }, ONCE).then(
    (answer) => answer.body,
    (failure: unknown) => {
      if (failure instanceof Refused && failure.answer.status === 503) return failure.answer.body
      throw failure
    },
  )
  const { status } = fieldsOf(body)
  if ((LEVELS as readonly unknown[]).includes(status)) return body as HealthBody
  throw unexpectedAnswer(issuer)
}

const COLOURS: Record<Level, Colour> = {
  ok: 'green',
  degraded: 'yellow',
  failing: 'red',
  unavailable: 'red',
}

const HEAD = ['PROBLEM', 'LEVEL', 'SINCE', 'DETAIL']

function printHealth({ status, problems = [], ...rest }: HealthBody): void {
  print({ text: status, colour: COLOURS[status as Level] })
  if (problems.length > 0) {
    print()
    const rows = problems.map((one) => [one.problem, one.level, one.since ?? '', one.detail ?? ''])
    printTable(HEAD, rows, HEAD.indexOf('DETAIL'))
  }
  if (Object.keys(rest).length === 0) return
  print()
  printBody(rest)
}
