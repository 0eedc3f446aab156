import { afterEach, describe, expect, it, vi } from 'vitest'
import { Unavailable } from '../../../src/domain/errors.ts'
import { type Answer, DONE, unstored } from '../../../src/http/oauth/answers.ts'
import {
  directly,
  endpointWith,
  type Handle,
  type Visit,
} from '../../../src/http/oauth/endpoint.ts'

const ISSUER = 'https://auth.example'
const URL_HERE = `${ISSUER}/x`

afterEach(() => void vi.restoreAllMocks())

/** A server whose requests share these deps, or which has none. */
function server(shared: object | Error) {
  const points: object[] = []
  const metrics = { write: (point: object) => void points.push(point), clock: () => 7 }
  const sharedDeps = () => {
    if (shared instanceof Error) throw shared
    return { metrics, ...shared } as never
  }
  const clientAddress = () => ({}) as never
  return { endpoint: endpointWith({ issuer: ISSUER, sharedDeps, clientAddress }), points }
}

const visit = (raw = new Request(URL_HERE)): Visit => ({
  raw,
  env: {},
  context: () => null,
  readAgain: async () => new Request(URL_HERE, { method: 'POST', body: 'read again' }),
})

const never: Handle = () => Promise.reject(new Error('it was asked'))

describe('an endpoint', () => {
  it('has the method of its name', () => {
    const { endpoint } = server({})
    expect(endpoint('GET /x', never).method).toBe('GET')
    expect(endpoint('POST /x', never).method).toBe('POST')
  })

  it('answers at once from what requests share, and is counted', () => {
    const { endpoint, points } = server({})
    const { answer } = endpoint('GET /x', never, { atOnce: () => DONE })
    expect(answer(visit())).toBe(DONE)
    const [name, kind, outcome] = ['GET /x', 'request', 'done']
    expect(points).toEqual([{ kind, name, outcome, status: 200, ms: 0 }])
    const uncounted = server({ metrics: null })
    expect(uncounted.endpoint('GET /x', never, { atOnce: () => DONE }).answer(visit())).toBe(DONE)
  })

  it('asks its handler where nothing is known at once', async () => {
    const { endpoint } = server({})
    const { answer } = endpoint('GET /x', async () => unstored({ asked: true }), {
      atOnce: () => null,
    })
    expect((await answer(visit())).body).toBe('{"asked":true}')
  })

  it('says that it is out of reach where its deps are, however it was to be answered', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { endpoint } = server(new Unavailable('configuration', 'a binding is missing'))
    const { answer } = endpoint('GET /x', never, { atOnce: () => DONE })
    expect(await answer(visit())).toMatchObject({ status: 503 })
    const own = endpoint('GET /x', never, { whenOut: ({ what }) => unstored({ what }, 503) })
    expect((await own.answer(visit())).body).toBe('{"what":"configuration"}')
  })

  it('reads again what a host has read', async () => {
    const read = new Request(URL_HERE, { method: 'POST', body: 'sent' })
    const { endpoint } = server({})
    const { answer } = endpoint('POST /x', async ({ request }) =>
      unstored({ body: await request.text() }),
    )
    expect((await answer(visit(read.clone()))).body).toBe('{"body":"sent"}')
    await read.text()
    expect((await answer(visit(read))).body).toBe('{"body":"read again"}')
  })

  it('answers when what must come before is done, and then does what may come behind', async () => {
    const order: string[] = []
    const first = Promise.withResolvers<void>()
    const { endpoint } = server({})
    const handle: Handle = async ({ deps }) => {
      deps.answerAfter(first.promise.then(() => void order.push('first')))
      deps.defer(async () => void order.push('behind'))
      return DONE
    }
    const answering = Promise.resolve(endpoint('POST /x', handle).answer(visit()))
    const answered = answering.then(() => void order.push('answer'))
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(order).toEqual([])
    first.resolve()
    await answered
    expect(order).toEqual(['first', 'answer'])
    await vi.waitFor(() => expect(order).toEqual(['first', 'answer', 'behind']))
  })

  it('is called without Hono, at once or not, beneath where it is mounted', async () => {
    const { endpoint } = server({})
    const made: Answer = { status: 201, body: 'text', headers: new Headers({ a: 'b' }) }
    const endpoints = {
      '/now': endpoint('GET /x', never, { atOnce: () => made }),
      '/soon': endpoint('POST /x', async () => made),
    }
    const found = directly(endpoints, '/base')
    expect(found.map(([path, { method }]) => [path, method])).toEqual([
      ['/base/now', 'GET'],
      ['/base/soon', 'POST'],
    ])
    for (const [, { respond }] of found) {
      const response = await respond(new Request(URL_HERE), {}, null as never)
      const [status, text] = [response.status, await response.text()]
      expect([status, text, response.headers.get('a')]).toEqual([201, 'text', 'b'])
    }
    expect(directly(endpoints).map(([path]) => path)).toEqual(['/now', '/soon'])
  })
})
