import { expect, it } from 'vitest'
import {
  bootstrapMarker,
  bootstrapMarkMatcher,
  bootstrapTokenMatcher,
} from '../../src/crypto/bootstrap-token.ts'
import { properPrefixes } from '../domain/arbitraries.ts'
import { rings } from './rings.ts'

const TOKEN = 'bootstrap-token-of-the-tests-0123456789'

it('takes the bootstrap token of the deployment alone', async () => {
  const matches = bootstrapTokenMatcher(TOKEN, rings.before)
  expect(await matches(TOKEN)).toBe(true)
  const others = [...properPrefixes(TOKEN), `${TOKEN}0`, ` ${TOKEN}`, TOKEN.toUpperCase()]
  expect(await Promise.all(others.map(matches))).not.toContain(true)
})

it('takes none where the deployment has none', async () => {
  const matches = bootstrapTokenMatcher(undefined, rings.before)
  for (const token of ['', 'undefined', 'null', TOKEN]) expect(await matches(token)).toBe(false)
})

it('leaves a mark of the token in a session: the same for the same, and not the token', async () => {
  const mark = await bootstrapMarker(TOKEN, rings.before)()
  expect(mark).toBe(await bootstrapMarker(TOKEN, rings.before)())
  expect(mark).not.toContain(TOKEN)
  expect(mark).not.toBe(await bootstrapMarker(`${TOKEN}0`, rings.before)())
  expect(mark).not.toBe(await bootstrapMarker(TOKEN, rings.foreign)())
})

it('knows its mark by every version of the key, and another token by none', async () => {
  const mark = (await bootstrapMarker(TOKEN, rings.before)()) ?? ''
  expect(await bootstrapMarkMatcher(TOKEN, rings.rotating)(mark)).toBe(true)
  expect(await bootstrapMarkMatcher(TOKEN, rings.after)(mark)).toBe(false)
  expect(await bootstrapMarkMatcher(`${TOKEN}0`, rings.rotating)(mark)).toBe(false)
  expect(await bootstrapMarkMatcher(undefined, rings.rotating)(mark)).toBe(false)
})

it('leaves no mark where there is no token', async () => {
  expect(await bootstrapMarker(undefined, rings.before)()).toBeNull()
})
