import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { SignedTexts } from '../../../src/domain/seal.ts'
import { kvAnchors } from '../../../src/storage/ledger/anchors.ts'

const DAY = 86_400
const NOW = 1_800_000_000

/** Readable, and not signed: what is kept is put there by the tests alone. */
const texts: SignedTexts = {
  write: async (content) => JSON.stringify(content),
  read: async (text) => (text === '' ? null : JSON.parse(text)),
}

const anchors = kvAnchors(env.DENYLIST, texts, 'log')
const anchorAt = (at: number, seq: number) => ({ at, seq, seal: `seal-${seq}` })

it('lists the newest first, and of one second the one that the log has later', async () => {
  const [early, late, later] = [anchorAt(NOW - DAY, 3), anchorAt(NOW, 1), anchorAt(NOW, 2)]
  await anchors.keepUnder(late, 'anchor:a')
  await anchors.keepUnder(early, 'anchor:b')
  await anchors.keepUnder(later, 'anchor:c')
  expect((await anchors.all(NOW)).map(({ seq }) => seq)).toEqual([2, 1, 3])
})

it('keeps the newest, and the first of each day', async () => {
  await anchors.keep(anchorAt(NOW, 1), null)
  await anchors.keep(anchorAt(NOW + 1, 2), anchorAt(NOW, 1))
  await anchors.keep(anchorAt(NOW + DAY, 3), anchorAt(NOW + 1, 2))
  const kept = (await anchors.all(NOW + DAY)).map(({ seq, key }) => `${seq} ${key}`)
  expect(new Set(kept)).toEqual(
    new Set(['1 anchor:2027-01-15', '3 anchor:2027-01-16', '3 anchor:latest']),
  )
})

it('sees when the cron ran last, if it was by this log', async () => {
  const beat = async () => (await anchors.seen(NOW)).beat
  expect(await beat()).toBe(0)
  await anchors.keepBeat(NOW)
  expect(await beat()).toBe(NOW)
  for (const signed of [
    ['other', NOW],
    ['log', NOW, 1],
    ['log'],
    ['log', -1],
    { 0: 'log', 1: 1 },
  ]) {
    await env.DENYLIST.put('anchor:beat', JSON.stringify(signed))
    expect(await beat()).toBe(0)
  }
})
