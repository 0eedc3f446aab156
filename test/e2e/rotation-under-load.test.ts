import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Client, type RunningWorker, runWorker } from '../support/node/harness.ts'

// Keys are rotated and revoked while callers ask for tokens and about them: no answer is wrong.

const API = 'https://api.example.com'
const CALLERS = 24
const ENOUGH = 300

type Token = { text: string; kid: string; from: number }
type Question = { token: Token; active: boolean; from: number; to: number }

let worker: RunningWorker
let client: Client
let caller: Client

beforeAll(async () => {
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  await worker.admin('POST', '/apis', { audience: API, name: 'Invoices', permissions })
  client = await worker.client(API, 'invoices:read')
  caller = await worker.client(API, 'tokens:introspect')
})
afterAll(() => worker.close())

async function form(path: string, { id, secret }: Client, fields: Record<string, string>) {
  const headers = { Authorization: `Basic ${btoa(`${id}:${secret}`)}` }
  const init = { method: 'POST', headers, body: new URLSearchParams(fields) }
  const response = await fetch(worker.issuer + path, init)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** Asks for a token and about one of the last, in turn, until it is stopped. */
function startLoad() {
  const tokens: Token[] = []
  const questions: Question[] = []
  const refused: number[] = []
  const until = { isOver: false }

  async function issue(): Promise<void> {
    const from = performance.now()
    const { status, body } = await form('/oauth/token', client, {
      grant_type: 'client_credentials',
      resource: API,
    })
    if (status !== 200) return void refused.push(status)
    const text = String(body['access_token'])
    tokens.push({ text, kid: String(decodeProtectedHeader(text).kid), from })
  }

  async function question(n: number): Promise<void> {
    const token = tokens[Math.max(0, tokens.length - 1 - n)]
    if (!token) return
    const from = performance.now()
    const { body } = await form('/oauth/introspect', caller, { token: token.text })
    questions.push({ token, active: body['active'] === true, from, to: performance.now() })
  }

  async function go(n: number): Promise<void> {
    while (!until.isOver) {
      await issue()
      await question(n)
    }
  }

  const all = Promise.all(Array.from({ length: CALLERS }, (_, n) => go(n)))
  const stop = () => {
    until.isOver = true
    return all
  }
  return { tokens, questions, refused, stop }
}

async function atLeast(many: number, list: unknown[]): Promise<void> {
  while (list.length < many) await new Promise((resolve) => setTimeout(resolve, 20))
}

const keys = async () =>
  (await (await fetch(`${worker.issuer}/.well-known/jwks.json`)).json()) as JSONWebKeySet

async function activeKid(): Promise<string> {
  const { data } = await worker.admin('GET', '/signing-keys')
  return String(
    (data as { kid: string; state: string }[]).find((key) => key.state === 'active')?.kid,
  )
}

it('gives no wrong answer while a key is revoked, and another promoted', async () => {
  await form('/oauth/token', client, { grant_type: 'client_credentials', resource: API })
  await worker.admin('POST', '/signing-keys')
  const before = await keys()
  const revoked = await activeKid()
  const load = startLoad()
  await atLeast(ENOUGH, load.tokens)
  const began = performance.now()
  await worker.admin('DELETE', `/signing-keys/${revoked}`)
  const done = performance.now()
  await atLeast(load.tokens.length + ENOUGH, load.tokens)
  await load.stop()

  const { tokens, questions, refused } = load
  expect(refused).toEqual([])
  const later = tokens.filter(({ from }) => from > done)
  expect(later.length).toBeGreaterThan(ENOUGH / 2)
  // Nothing that is asked for behind the revocation's answer is signed by that key.
  expect(later.filter(({ kid }) => kid === revoked)).toEqual([])
  const wrong = questions.filter(({ token, active, from, to }) => {
    if (token.kid !== revoked) return !active
    return active ? from > done : to < began
  })
  expect(wrong).toEqual([])
  // A verifier with the keys from before the emergency verifies the tokens issued after it.
  const known = createLocalJWKSet(before)
  for (const { text } of later) await jwtVerify(text, known, { audience: API })
})

it('gives none while the next key is promoted by plan', async () => {
  const before = await keys()
  const load = startLoad()
  await atLeast(ENOUGH, load.tokens)
  await worker.admin('POST', '/signing-keys')
  await atLeast(load.tokens.length + ENOUGH, load.tokens)
  await load.stop()
  expect(load.refused).toEqual([])
  expect(load.questions.filter(({ active }) => !active)).toEqual([])
  const known = createLocalJWKSet(before)
  for (const { text } of load.tokens) await jwtVerify(text, known, { audience: API })
})
