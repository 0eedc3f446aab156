import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkActive, checkStatus, checkToken } from '../../bench/speed/check.ts'
import { type RecordedHouse, recordPortcullis } from '../../bench/speed/house.ts'
import {
  introspectionShot,
  tokenShot,
  unknownClientShot,
  wrongSecretShot,
} from '../../bench/speed/house-shots.ts'
import { startLimit, startSteps, startStubbed } from '../../bench/speed/house-workers.ts'
import { dropScratch } from '../../bench/speed/scratch.ts'
import type { Server } from '../../bench/speed/servers.ts'
import { answerTo } from '../../bench/speed/shots.ts'

let house: RecordedHouse
let stubbed: Server
let limit: Server

beforeAll(async () => {
  house = await recordPortcullis()
  stubbed = await startStubbed(house)
  limit = await startLimit(house, true)
})

afterAll(async () => {
  await Promise.all([stubbed?.stop(), limit?.stop()])
  dropScratch()
})

const JWKS = '/.well-known/jwks.json'

it('measures a Worker on stub bindings that does its real work', async () => {
  await checkToken(stubbed.url, tokenShot(house), JWKS)
  await checkActive(stubbed.url, introspectionShot(house))
  await checkStatus(stubbed.url, wrongSecretShot(house), 401)
  await checkStatus(stubbed.url, unknownClientShot, 401)
})

it('counts what the Worker asks its stubs', async () => {
  const counts = { method: 'GET', path: '/stub-counts', headers: {} } as const
  const countsNow = async () =>
    JSON.parse((await answerTo(stubbed.url, counts)).text) as Record<string, number>
  const before = await countsNow()
  await answerTo(stubbed.url, tokenShot(house))
  const { requests, reads, writes } = await countsNow()
  expect(requests).toBe((before['requests'] ?? 0) + 1)
  expect(reads).toBe((before['reads'] ?? 0) + 1)
  expect(writes).toBe(before['writes'])
})

it('runs each step of the token path by itself', async () => {
  const steps = await startSteps(house)
  try {
    for (const step of [
      'request',
      'parse',
      'hash',
      'read',
      'decide',
      'sign',
      'serialise',
      'whole',
    ]) {
      const shot = { method: 'GET', path: `/${step}?times=1`, headers: {} } as const
      expect(await answerTo(steps.url, shot)).toEqual({ status: 200, text: 'done' })
    }
  } finally {
    await steps.stop()
  }
})

it('measures against a limit that issues tokens which verify', async () => {
  await checkToken(limit.url, tokenShot(house), '/jwks')
})
