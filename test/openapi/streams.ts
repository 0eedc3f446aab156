import * as fc from 'fast-check'
import { ISSUER, type TestServer } from '../support/server.ts'
import { POLL, PUSH, receiverAt, SSF } from '../support/set-receiver.ts'
import type { Known } from './arbitraries.ts'
import type { Operation } from './document.ts'

/** It takes every push. */
const PUSH_URL = 'https://publisher.example/204'

/** A receiver of security events, by two tokens of one client, and its stream in `ids`. */
export async function makeReceiver(server: TestServer, ids: Record<string, string>) {
  await server.api(SSF, 'ssf.manage ssf.read')
  const receiver = await receiverAt(server)
  const manager = await receiver.token()
  const reader = await server.token(receiver.client, { scope: 'ssf.read' })
  ids['stream_id'] = await receiver.polled()

  /** Each operation finds the stream that it needs, and in the end there is one. */
  async function goOn({ id, path }: Operation, { status }: Response) {
    if (!path.startsWith('/ssf')) return
    if (id === 'createStream' && status === 409) return void (await removeStream())
    if (status === 201 || status === 404 || id === 'deleteStream') await findOrMakeStream()
    if (status === 429) server.clock.now += 60
    if (id === 'pollStream') await happen()
  }

  const removeStream = () => receiver.ok('DELETE', `/ssf/streams?stream_id=${ids['stream_id']}`)

  async function findOrMakeStream() {
    const [stream] = (await receiver.ok('GET', '/ssf/streams')) as Record<string, unknown>[]
    ids['stream_id'] = stream ? String(stream['stream_id']) : await receiver.polled()
  }

  /** Something that the next poll has to tell of. */
  async function happen() {
    const stream_id = ids['stream_id']
    await receiver.ok('PATCH', '/ssf/streams', { stream_id, delivery: { method: POLL } })
    await receiver.ok('POST', '/ssf/status', { stream_id, status: 'enabled' })
    await server.client()
  }

  return { manager, reader, goOn }
}

export function knownOfStreams(ids: Record<string, string>): Known {
  const stream_id = ids['stream_id']
  const subject = { format: 'iss_sub', iss: ISSUER, sub: ids['client_id'] }
  const pushed = { method: PUSH, endpoint_url: PUSH_URL }
  return {
    stream_id: fc.constant(stream_id),
    NewDelivery: fc.constantFrom({ method: POLL }, pushed, {
      ...pushed,
      authorization_header: 'Bearer of-the-receiver',
    }),
    SubjectChange: fc.constant({ stream_id, subject }),
    setErrs: fc.constantFrom({}, { 'evt_none.0': { err: 'invalid_key', description: 'None.' } }),
  }
}
