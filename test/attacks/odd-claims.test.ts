import { decodeProtectedHeader } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { signIn } from '../support/console.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

/**
 * Anybody can write a token with this server's names in it, and leave it where an administrator finds
 * it: whatever its claims are, it is explained.
 */
const ODD: unknown[] = [
  undefined,
  null,
  true,
  '',
  -1,
  1.5,
  1e300,
  [],
  ['x', {}],
  {},
  { toString: 1, valueOf: 1, length: -1 },
]

const CLAIMS = ['iss', 'sub', 'client_id', 'aud', 'scope', 'iat', 'exp', 'jti', 'gen']
const MORE = ['cnf', 'auth_time', '__proto__']
const HEADER = ['alg', 'kid', 'typ', 'crit', 'b64']

type Parts = { header: object; claims: object }

const encode = (part: object) =>
  btoa(JSON.stringify(part)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

let server: TestServer
let client: Client
let right: Parts

beforeEach(async () => {
  server = testServer()
  await server.api()
  client = await server.client({ [API]: 'invoices:read' })
  const token = await server.token(client)
  const claims = JSON.parse(atob(token.split('.')[1]!)) as Json
  right = { header: decodeProtectedHeader(token), claims }
})

/** Set in a way by which a member called `__proto__` is one, too. */
function changed(name: string, value: unknown, part: keyof Parts): string {
  const member = Object.fromEntries([...Object.entries(right[part]), [name, value]])
  const header = part === 'header' ? member : right.header
  const claims = part === 'claims' ? member : right.claims
  return `${encode(header)}.${encode(claims)}.AAAA`
}

const forgeries = () =>
  [...CLAIMS, ...MORE, ...HEADER].flatMap((name) =>
    ODD.map((value) => {
      const part = HEADER.includes(name) ? 'header' : 'claims'
      const kind = `${name}: ${JSON.stringify(value)}`
      return { kind, token: changed(name, value, part) }
    }),
  )

describe('a forged token with an odd claim or header', () => {
  it('is looked up by the admin API, and is not active', async () => {
    for (const { kind, token } of forgeries()) {
      const response = await server.admin('POST', '/credential-lookups', { text: token })
      expect(response.status, kind).toBe(200)
      const { matches } = await response.json<Json>()
      expect(matches, kind).toMatchObject([{ kind: 'access_token', works: false }])
    }
  })

  it('is shown by the console, with all of them odd but for those that lead to the client', async () => {
    const console = await signIn(server)
    const all = (names: string[], value: unknown) =>
      Object.fromEntries(names.map((name) => [name, value]))
    const odd = [...CLAIMS, ...MORE].filter((name) => name !== 'iss' && name !== 'client_id')
    for (const value of ODD) {
      const header = encode({ ...right.header, ...all(HEADER, value) })
      const claims = encode({ ...right.claims, ...all(odd, value) })
      const response = await console.post('/find', { text: `${header}.${claims}.AAAA` })
      expect(response.status, JSON.stringify(value)).toBe(200)
      expect(await response.text()).toContain('This token is not active.')
    }
  })
})
