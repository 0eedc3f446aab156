import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { decodeProtectedHeader } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { buildServer } from '../../world/build.ts'
import { ISSUER, type Json, testServer } from '../../support/server.ts'
import {
  CAEP,
  eventIn,
  POLL,
  PUSH,
  PUSH_URL,
  pushEndpoint,
  receiverAt,
  RISC,
  runs,
  serverWithStreams,
  SSF,
  typesOf,
} from '../../support/set-receiver.ts'

// The list of the CAEP Interoperability Profile 1.0, one test for each of its clauses.

afterEach(() => vi.restoreAllMocks())

describe('CAEP interoperability: transmitter metadata (2.3.1)', () => {
  it('has every member that the profile demands, at the well-known path', async () => {
    const server = await serverWithStreams()
    const response = await server.send('/.well-known/ssf-configuration')
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      spec_version: '1_0',
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      delivery_methods_supported: [PUSH, POLL],
      configuration_endpoint: `${SSF}/streams`,
      status_endpoint: `${SSF}/status`,
      add_subject_endpoint: `${SSF}/subjects/add`,
      remove_subject_endpoint: `${SSF}/subjects/remove`,
      verification_endpoint: `${SSF}/verification`,
      authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
      default_subjects: 'ALL',
    })
  })

  it('follows the well-known name with the path of the issuer', async () => {
    const issuer = `${ISSUER}/auth`
    const { app, wellKnown } = buildServer({ issuer, securityEvents: true })
    const host = new Hono().route('/auth', app).route('/.well-known', wellKnown)
    for (const path of [
      '/.well-known/ssf-configuration/auth',
      '/auth/.well-known/ssf-configuration',
    ]) {
      const answer = await host.fetch(new Request(ISSUER + path), env)
      expect(await answer.json()).toMatchObject({ status_endpoint: `${issuer}/ssf/status` })
    }
  })

  it('is nowhere while security events are off, nor is any other endpoint', async () => {
    const server = testServer()
    for (const path of ['/.well-known/ssf-configuration', '/ssf/streams', '/ssf/poll/one']) {
      expect((await server.send(path)).status).toBe(404)
    }
    const { keys } = await (await server.send('/.well-known/jwks.json')).json<{ keys: Json[] }>()
    expect(keys.filter(({ alg }) => alg === 'RS256')).toEqual([])
  })
})

describe('CAEP interoperability: stream control (2.3.8)', () => {
  it('creates, reads, updates, replaces and deletes a stream', async () => {
    const receiver = await receiverAt(await serverWithStreams())
    const wanted = [`${CAEP}/session-revoked`, 'https://example.com/unknown']
    const made = await receiver.ok('POST', '/ssf/streams', { events_requested: wanted })
    const id = made['stream_id']
    expect(made).toMatchObject({
      iss: ISSUER,
      aud: receiver.client.id,
      delivery: { method: POLL, endpoint_url: `${SSF}/poll/${id}` },
      events_requested: [`${CAEP}/session-revoked`],
      events_delivered: [`${CAEP}/session-revoked`],
      min_verification_interval: 60,
    })
    expect(made['events_supported']).toContain(`${RISC}/account-disabled`)
    expect(await receiver.ok('GET', `/ssf/streams?stream_id=${id}`)).toEqual(made)
    expect(await receiver.ok('GET', '/ssf/streams')).toEqual([made])
    const delivery = { method: PUSH, endpoint_url: PUSH_URL, authorization_header: 'Bearer hidden' }
    const patch = { stream_id: id, delivery, description: 'SIEM', aud: made['aud'] }
    const patched = await receiver.ok('PATCH', '/ssf/streams', patch)
    expect(patched).toMatchObject({ events_requested: made['events_requested'] })
    expect(patched['delivery']).toEqual({ method: PUSH, endpoint_url: PUSH_URL })
    const put = await receiver.ok('PUT', '/ssf/streams', { stream_id: id })
    expect(put).toMatchObject({ delivery: { method: POLL } })
    expect(put).not.toHaveProperty('events_requested')
    expect((await receiver.call('DELETE', `/ssf/streams?stream_id=${id}`)).status).toBe(204)
    expect((await receiver.call('GET', `/ssf/streams?stream_id=${id}`)).status).toBe(404)
  })

  it('reads and sets the status, and holds events back while a stream is paused', async () => {
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.polled()
    const status = () => receiver.ok('GET', `/ssf/status?stream_id=${id}`)
    expect(await status()).toEqual({ stream_id: id, status: 'enabled' })
    const pause = { stream_id: id, status: 'paused', reason: 'Maintenance' }
    expect(await receiver.ok('POST', '/ssf/status', pause)).toEqual(pause)
    await server.suspend(await server.client())
    expect(await receiver.drain(id)).toEqual([])
    await receiver.ok('POST', '/ssf/status', { stream_id: id, status: 'enabled' })
    expect(typesOf(await receiver.drain(id))).toContain('account-disabled')
    await receiver.ok('POST', '/ssf/status', { stream_id: id, status: 'disabled' })
    await server.suspend(await server.client())
    await receiver.ok('POST', '/ssf/status', { stream_id: id, status: 'enabled' })
    expect(await receiver.drain(id)).toEqual([])
    expect(await status()).toEqual({ stream_id: id, status: 'enabled' })
  })

  it.each(['poll', 'push'])('verifies a stream with its state, by %s', async (method) => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = method === 'poll' ? await receiver.polled() : await receiver.pushed()
    const ask = { stream_id: id, state: 'VGhpcyBpcyBhbiBleGFtcGxl' }
    expect((await receiver.call('POST', '/ssf/verification', ask)).status).toBe(204)
    const [set] =
      method === 'poll'
        ? await receiver.drain(id)
        : [await receiver.verified(endpoint.accepted()[0] ?? '')]
    expect(set?.sub_id).toEqual({ format: 'opaque', id })
    expect(set && eventIn(set)).toEqual(['verification', { state: ask.state }])
    const again = await receiver.call('POST', '/ssf/verification', ask)
    expect(again.status).toBe(429)
    expect(again.headers.get('retry-after')).toBe('60')
  })
})

describe('CAEP interoperability: authorization (2.7)', () => {
  it('takes tokens of the client credentials grant, by their scope', async () => {
    const server = await serverWithStreams()
    const manager = await receiverAt(server, 'ssf.manage')
    const id = await manager.polled()
    expect(await manager.drain(id)).toEqual([])
    const reader = await receiverAt(server, 'ssf.read')
    expect((await reader.call('GET', '/ssf/streams')).status).toBe(200)
    const refused = await reader.call('POST', '/ssf/streams', {})
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toContain('scope="ssf.manage"')
    const none = await server.send('/ssf/streams')
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer realm="${ISSUER}"`,
    ])
  })
})

describe('CAEP interoperability: security event tokens (2.4, 2.6)', () => {
  it('are signed by RS256 with 2048 bits, and have the claims of RFC 8417 alone', async () => {
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    const id = await receiver.polled()
    const client = await server.client()
    await server.suspend(client, { reason: 'A laptop was stolen' })
    const { sets } = await receiver.ok('POST', `/ssf/poll/${id}`, {})
    const tokens = Object.values(sets as Record<string, string>)
    const token = tokens.at(-1) ?? ''
    const header = decodeProtectedHeader(token)
    expect(header).toMatchObject({ alg: 'RS256', typ: 'secevent+jwt' })
    const { keys } = await (await server.send('/.well-known/jwks.json')).json<{ keys: Json[] }>()
    const key = keys.find(({ kid }) => kid === header.kid)
    expect(String(key?.['n']).length).toBeGreaterThanOrEqual(342)
    const set = await receiver.verified(token)
    expect(set).toEqual({
      iss: ISSUER,
      aud: receiver.client.id,
      iat: server.clock.now,
      jti: Object.keys(sets).at(-1),
      txn: expect.any(String),
      sub_id: { format: 'iss_sub', iss: ISSUER, sub: client.id },
      events: {
        [`${CAEP}/session-revoked`]: {
          event_timestamp: server.clock.now,
          initiating_entity: 'admin',
          reason_admin: { en: 'A laptop was stolen' },
        },
      },
    })
  })

  it('are pushed as RFC 8935 says, with the header that the receiver gave', async () => {
    const endpoint = pushEndpoint()
    const server = await serverWithStreams()
    const receiver = await receiverAt(server)
    await receiver.pushed({ authorization_header: 'Bearer of-the-receiver' })
    await server.suspend(await server.client())
    await runs(server, 2)
    const { headers } = endpoint.got[0] ?? { headers: new Headers() }
    expect(headers.get('content-type')).toBe('application/secevent+jwt')
    expect(headers.get('authorization')).toBe('Bearer of-the-receiver')
    const sets = await Promise.all(endpoint.accepted().map(receiver.verified))
    expect(typesOf(sets)).toEqual(['account-disabled', 'session-revoked'])
    await runs(server, 2)
    expect(endpoint.got).toHaveLength(2)
  })
})
