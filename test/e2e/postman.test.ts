import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

// The Postman collection, sent from top to bottom as Postman and newman send it: variables are put in, and the
// script behind each request looks at its answer and sets more of them.

type Pair = { key: string; value: string }
type Item = {
  name: string
  event: { listen: string; script: { exec: string[] } }[]
  request: {
    method: string
    url: string
    header: Pair[]
    auth?: { type: string; basic: Pair[] }
    body?: { mode: string; raw?: string; urlencoded?: Pair[] }
  }
}

const FILE = join(import.meta.dirname, '../../examples/postman/portcullis.postman_collection.json')
const collection = JSON.parse(readFileSync(FILE, 'utf8')) as { variable: Pair[]; item: Item[] }
const variables = new Map(collection.variable.map(({ key, value }) => [key, value]))

let worker: RunningWorker

beforeAll(async () => {
  worker = await runWorker()
  variables.set('issuer', worker.issuer).set('admin_token', BOOTSTRAP_TOKEN)
})

afterAll(() => worker.close())

/** A name without a variable stays as it is, as in Postman, and the server refuses it. */
const filled = (text: string) =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (all, name: string) => variables.get(name) ?? all)

const valueOf = (pairs: Pair[], name: string) =>
  filled(pairs.find(({ key }) => key === name)?.value ?? '')

function send({ method, url, header, auth, body }: Item['request']): Promise<Response> {
  const headers = new Headers(header.map(({ key, value }) => [key, filled(value)]))
  if (auth) {
    expect(auth.type).toBe('basic')
    const [name, password] = ['username', 'password'].map((key) => valueOf(auth.basic, key))
    headers.set('Authorization', `Basic ${btoa(`${name}:${password}`)}`)
  }
  return fetch(filled(url), { method, headers, body: contentOf(body) })
}

function contentOf(body: Item['request']['body']): string | URLSearchParams | null {
  if (!body) return null
  if (body.mode === 'raw') return filled(body.raw ?? '')
  expect(body.mode).toBe('urlencoded')
  return new URLSearchParams(body.urlencoded?.map(({ key, value }) => [key, filled(value)]))
}

/** The part of Postman's sandbox that the scripts use, and the names of the tests that passed. */
function sandbox(status: number, text: string) {
  const passed: string[] = []
  const pm = {
    test(name: string, run: () => void) {
      run()
      passed.push(name)
    },
    response: {
      json: () => JSON.parse(text) as unknown,
      to: { have: { status: (wanted: number) => expect(status, text).toBe(wanted) } },
    },
    // Chai's own.
    expect,
    collectionVariables: { set: (name: string, value: string) => variables.set(name, value) },
  }
  return { pm, passed }
}

it.each(collection.item.map((item) => [item.name, item] as const))(
  '%s: the answer is as its script says',
  async (_name, { request, event }) => {
    const response = await send(request)
    const { pm, passed } = sandbox(response.status, await response.text())
    for (const { listen, script } of event) {
      expect(listen).toBe('test')
      runInNewContext(script.exec.join('\n'), { pm })
    }
    expect(passed).not.toEqual([])
  },
)

it('what it made is gone at its end', async () => {
  const left = [await worker.admin('GET', '/clients'), await worker.admin('GET', '/apis')]
  expect(JSON.stringify(left)).not.toMatch(/Nightly export|Billing API|Postman/)
})
