import { describe, expect, it } from 'vitest'
import { requireToken as expressGuard, tokenOf } from '../../src/guard/express.ts'
import { requireToken as fastifyGuard } from '../../src/guard/fastify.ts'
import type { NodeGuardOptions } from '../../src/guard/node-request.ts'
import { API } from '../support/server.ts'
import { scriptedIssuer } from './issuers.ts'

type Sent = { authorization?: string; rawHeaders?: string[] }
type Answer = { status: number; headers: Record<string, string>; body: string }

/** A request as the framework hands it over, and what becomes of it: an answer, or the handler's turn. */
type Framework = (
  options: NodeGuardOptions,
  sent: Sent,
) => Promise<{ request: object; answer: Answer | null; error?: unknown }>

const headersOf = ({ authorization }: Sent) =>
  authorization === undefined ? {} : { authorization }

const express: Framework = async (options, sent) => {
  const request = { headers: headersOf(sent), rawHeaders: sent.rawHeaders }
  const answer = { status: 0, headers: {} as Record<string, string>, body: '' }
  const errors: unknown[] = []
  let turns = 0
  const response = {
    statusCode: 0,
    setHeader: (name: string, value: string) => (answer.headers[name] = value),
    end: (body: string) => (answer.body = body),
  }
  await expressGuard(options)(request, response, (error) => {
    turns++
    if (error !== undefined) errors.push(error)
  })
  answer.status = response.statusCode
  expect(turns + Number(answer.status > 0)).toBe(1)
  return { request, answer: turns > 0 ? null : answer, error: errors[0] }
}

const fastify: Framework = async (options, sent) => {
  const { rawHeaders } = sent
  const request = { headers: headersOf(sent), ...(rawHeaders && { raw: { rawHeaders } }) }
  const answer = { status: 0, headers: {} as Record<string, string>, body: '' }
  const reply = {
    code: (status: number) => (answer.status = status),
    headers: (values: Record<string, string>) => Object.assign(answer.headers, values),
    send: (body: string) => (answer.body = body),
  }
  const returned = await fastifyGuard(options)(request, reply)
  expect(returned === reply).toBe(answer.status > 0)
  return { request, answer: answer.status > 0 ? answer : null }
}

describe.each([
  ['Express', express],
  ['Fastify', fastify],
])('the guard in %s', (_name, send) => {
  it('hands on a request with a token, and its claims', async () => {
    const { options, sign } = await scriptedIssuer()
    const authorization = `Bearer ${await sign()}`
    const rawHeaders = ['Host', 'api.example.com', 'Authorization', authorization]
    for (const sent of [{ authorization }, { authorization, rawHeaders }]) {
      const { request, answer } = await send(options, sent)
      expect(answer).toBeNull()
      expect(tokenOf(request)).toMatchObject({ client_id: 'reporter', scopes: ['invoices:read'] })
      expect(request).toMatchObject({ token: { client_id: 'reporter' } })
    }
  })

  it('answers any other by itself', async () => {
    const { options } = await scriptedIssuer()
    for (const sent of [{}, { rawHeaders: ['Accept', 'authorization'] }]) {
      const { request, answer } = await send(options, sent)
      expect(answer?.status).toBe(401)
      expect(answer?.headers['WWW-Authenticate']).toBe(`Bearer realm="${API}"`)
      expect(() => tokenOf(request)).toThrow('No guard has seen this request')
    }
    const { answer } = await send(options, { authorization: 'Bearer a.b.c' })
    expect(answer?.status).toBe(401)
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: 'invalid_token' })
  })

  it('refuses two Authorization headers, of which Node shows the first', async () => {
    const { options, sign } = await scriptedIssuer()
    const authorization = `Bearer ${await sign()}`
    const rawHeaders = ['Authorization', authorization, 'aUTHORIZATION', authorization]
    expect((await send(options, { authorization, rawHeaders })).answer?.status).toBe(401)
    const empty = ['Authorization', authorization, 'Authorization', '']
    expect((await send(options, { authorization, rawHeaders: empty })).answer?.status).toBe(401)
  })

  it('takes the header that a middleware put in place of the one that came', async () => {
    const { options, sign } = await scriptedIssuer()
    const authorization = `Bearer ${await sign()}`
    const rawHeaders = ['Authorization', 'Session abc']
    expect((await send(options, { authorization, rawHeaders })).answer).toBeNull()
  })

  it('takes no value for the name of a header', async () => {
    const { options, sign } = await scriptedIssuer()
    const authorization = `Bearer ${await sign()}`
    const rawHeaders = ['X-Names', 'authorization', 'authorization', authorization]
    expect((await send(options, { authorization, rawHeaders })).answer).toBeNull()
  })

  it('is wrong at once where its options are', async () => {
    const { options } = await scriptedIssuer()
    await expect(send({ ...options, audience: '' }, {})).rejects.toThrow(TypeError)
  })
})

it('hands a bug to Express, which would not see a rejection', async () => {
  const { error } = await express(() => {
    throw new RangeError('no options today')
  }, {})
  expect(error).toBeInstanceOf(RangeError)
})

it('rejects in Fastify where options cannot be made', async () => {
  const failing = () => {
    throw new RangeError('no options today')
  }
  await expect(fastify(failing, {})).rejects.toThrow(RangeError)
})
