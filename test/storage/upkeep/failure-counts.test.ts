import { expect, it } from 'vitest'
import { failureCount } from '../../../src/storage/upkeep/failure-counts.ts'

const NOW = 1_800_000_000
const CAPS = { perSecret: 3, perAddress: 6, different: 9 }

const attempt = (secret: string | null, address = '192.0.2.1', name = 'client_1') => ({
  address,
  name,
  secret,
})

type Counts = ReturnType<typeof failureCount>

/** The waits that these attempts get when they fail, one after the other. */
async function failing(counts: Counts, attempts: ReturnType<typeof attempt>[], now = NOW) {
  const waits: number[] = []
  for (const one of attempts) waits.push(await counts.record(one, now))
  return waits
}

const times = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i))

it('stops one secret after its failures, and no other, until the minute ends', async () => {
  const counts = failureCount(CAPS)
  expect(
    await failing(
      counts,
      times(3, () => attempt('wrong')),
      NOW,
    ),
  ).toEqual([0, 0, 0])
  expect(await counts.wait(attempt('wrong'), NOW + 20)).toBe(40)
  expect(await counts.wait(attempt('right'), NOW + 20)).toBe(0)
  expect(await counts.wait(attempt('wrong', '192.0.2.2'), NOW)).toBe(0)
  expect(await counts.wait(attempt('wrong', '192.0.2.1', 'client_2'), NOW)).toBe(0)
  expect(await counts.wait(attempt('wrong'), NOW + 59)).toBe(1)
  expect(await counts.wait(attempt('wrong'), NOW + 60)).toBe(0)
  expect(await counts.record(attempt('wrong'), NOW + 60)).toBe(0)
})

it('lets nobody wait for longer where the clock is set back', async () => {
  const counts = failureCount(CAPS)
  await failing(
    counts,
    times(4, () => attempt('wrong')),
  )
  expect(await counts.wait(attempt('wrong'), NOW - 30)).toBe(90)
  expect(await counts.wait(attempt('wrong'), NOW - 60)).toBe(0)
  expect(await counts.record(attempt('wrong'), NOW - 3600)).toBe(0)
})

it('tells whoever fails once more to wait, though many were looked at before one had failed', async () => {
  const counts = failureCount(CAPS)
  const many = times(10, () => counts.record(attempt('wrong'), NOW + 1))
  expect(await Promise.all(many)).toEqual([0, 0, 0, 60, 60, 60, 60, 60, 60, 60])
})

it('tells whoever fails at a busy address to wait, and looks at what has not failed', async () => {
  const counts = failureCount(CAPS)
  const six = times(6, (i) => attempt(`wrong ${i}`))
  expect(await failing(counts, six)).toEqual([0, 0, 0, 0, 0, 0])
  expect(await counts.wait(attempt('right'), NOW)).toBe(0)
  expect(await counts.record(attempt('wrong 6'), NOW + 10)).toBe(50)
  expect(await counts.wait(attempt('right'), NOW)).toBe(0)
  expect(await counts.wait(attempt(null), NOW)).toBe(60)
})

it('looks at nothing more after too many different ones', async () => {
  const counts = failureCount(CAPS)
  await failing(
    counts,
    times(8, (i) => attempt(`wrong ${i}`)),
  )
  await failing(
    counts,
    times(2, () => attempt('wrong 0')),
  )
  expect(await counts.wait(attempt('right'), NOW)).toBe(0)
  await failing(counts, [attempt('wrong 8')])
  expect(await counts.wait(attempt('right'), NOW)).toBe(60)
  expect(await counts.wait(attempt('right', '192.0.2.2'), NOW)).toBe(0)
})

it('takes all that cannot be right for one', async () => {
  const counts = failureCount(CAPS)
  expect(
    await failing(
      counts,
      times(4, () => attempt(null)),
    ),
  ).toEqual([0, 0, 0, 60])
  expect(await counts.wait(attempt(null), NOW)).toBe(60)
  expect(await counts.wait(attempt('null'), NOW)).toBe(0)
})

it('takes no two attempts for one, however they are cut', async () => {
  const counts = failureCount({ ...CAPS, perSecret: 1 })
  await failing(counts, [attempt('b","c', '192.0.2.1', 'a'), attempt('', '192.0.2.1', 'a\nb')])
  expect(await counts.wait(attempt('c', '192.0.2.1', 'a","b'), NOW)).toBe(0)
  expect(await counts.wait(attempt('b', '192.0.2.1', 'a\n'), NOW)).toBe(0)
})

it('forgets the oldest addresses when there are too many, and none of the others', async () => {
  const counts = failureCount({ ...CAPS, perSecret: 1 })
  const at = (i: number) => attempt('wrong', `192.0.2.${i}`)
  await failing(counts, times(20_001, at))
  expect(await counts.wait(at(0), NOW)).toBe(0)
  expect(await counts.wait(at(1), NOW)).toBe(60)
  expect(await counts.wait(at(20_000), NOW)).toBe(60)
})

it('keeps a thousand secrets of an address, and forgets no other for its flood', async () => {
  const caps = { perSecret: 2, perAddress: 100_000, different: 100_000 }
  const counts = failureCount(caps)
  const stale = attempt('stale', '192.0.2.2')
  await failing(counts, [stale, stale])
  await failing(
    counts,
    times(1001, (i) => attempt(`wrong ${i}`)),
  )
  await failing(counts, [attempt('wrong 0'), attempt('wrong 999'), attempt('wrong 1000')])
  expect(await counts.wait(attempt('wrong 0'), NOW)).toBe(60)
  expect(await counts.wait(attempt('wrong 999'), NOW)).toBe(60)
  expect(await counts.wait(attempt('wrong 1000'), NOW)).toBe(0)
  expect(await counts.wait(stale, NOW)).toBe(60)
})

it('holds as many secrets in all as it has room for, whoever sends them', async () => {
  const caps = { perSecret: 1, perAddress: 100_000, different: 100_000 }
  const counts = failureCount(caps)
  const of = (host: number) => times(1000, (i) => attempt(`wrong ${i}`, `192.0.2.${host}`))
  for (let host = 0; host < 20; host++) await failing(counts, of(host))
  // There is no room for a new one, until the oldest address makes it for a new address.
  await failing(counts, [attempt('late', '192.0.2.19')])
  expect(await counts.wait(attempt('late', '192.0.2.19'), NOW)).toBe(0)
  expect(await counts.wait(attempt('wrong 0', '192.0.2.0'), NOW)).toBe(60)
  await failing(counts, [attempt('new', '198.51.100.1')])
  expect(await counts.wait(attempt('new', '198.51.100.1'), NOW)).toBe(60)
  expect(await counts.wait(attempt('wrong 0', '192.0.2.0'), NOW)).toBe(0)
  expect(await counts.wait(attempt('wrong 0', '192.0.2.1'), NOW)).toBe(60)
})
