import { basicAuthorization } from '../platform/basic-authorization.ts'
import { readAccount } from './account.ts'
import { action } from './command.ts'
import { EXIT, Failure, usageFailure } from './failure.ts'
import { request, fieldsOf, Refused, unexpectedAnswer } from './http.ts'
import { discover } from './issuer.ts'
import { prompt, readStdin } from './secret-input.ts'
import { printFields } from './table.ts'
import { note, print, printJson } from './terminal.ts'
import { inWords } from './token.ts'

const args = {
  token: {
    type: 'positional',
    description: 'The token. Pipe it in instead, so that it is not in `ps`',
  },
} as const

type Introspection = Record<string, unknown> & { active: boolean }

export const introspect = action(
  'introspect',
  'Ask whether a token is active now',
  args,
  async (values) => {
    const body = await introspection(await readToken(values.token))
    if (values.json) return printJson(body)
    const { active, ...claims } = body
    print(active ? { text: 'Active', colour: 'green' } : { text: 'Not active', colour: 'red' })
    if (active) printFields(Object.entries(claims).map(inWords))
    else note('Or it is not one that you may ask about: that takes tokens:introspect.')
  },
)

async function readToken(argument: string | undefined): Promise<string> {
  const isTyped = process.stdin.isTTY && argument === undefined
  const isPiped = argument === undefined || argument === '-'
  const token = isTyped
    ? await prompt('Token: ', { isHidden: true })
    : isPiped
      ? await readStdin()
      : argument
  if (token === '') throw usageFailure('There is no token on standard input.')
  return token
}

/** RFC 7662 §2.1: the caller is a client, or has a Bearer token for the issuer. */
async function introspection(token: string): Promise<Introspection> {
  const account = readAccount()
  const { introspection_endpoint: url } = await discover(account.issuer)
  const authorization =
    'token' in account
      ? `Bearer ${account.token}`
      : basicAuthorization(account.clientId, account.clientSecret)
  const headers = { Authorization: authorization }
  const body = new URLSearchParams({ token })
  try {
    const answer = await request({ url, method: 'POST', headers, body })
    if (typeof fieldsOf(answer.body)['active'] !== 'boolean') throw unexpectedAnswer(url)
    return answer.body as Introspection
  } catch (error) {
    // The server's own words, that the token is not active, would read like the answer.
    if (!(error instanceof Refused && error.answer.status === 401)) throw error
    throw new Failure(
      EXIT.denied,
      `The server does not know this caller. ${error.message}\n${WHO_MAY_ASK}`,
    )
  }
}

const WHO_MAY_ASK =
  'A client may ask, or an access token with tokens:introspect; the bootstrap token may not.'
