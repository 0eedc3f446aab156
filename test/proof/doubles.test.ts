import { expect, it } from 'vitest'
import { clockContract } from '../doubles/contracts/clock.ts'
import { d1Contract } from '../doubles/contracts/d1.ts'
import { keyUnwrappingContract } from '../doubles/contracts/key-unwrapping.ts'
import { kvContract } from '../doubles/contracts/kv.ts'
import { mailContract } from '../doubles/contracts/mail.ts'
import { LOCATION_CACHE, type LocationKv, laggingKv } from '../doubles/lagging-kv.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { sqliteD1 } from '../doubles/node/sqlite-d1.ts'
import {
  d1WithFaults,
  emailWithFaults,
  Faults,
  kvWithFaults,
  MODES,
  SITES,
  unwrapWithFaults,
} from './model/faults.ts'
import { takePatience } from './model/patience.ts'

d1Contract('the D1 in memory', () => sqliteD1(() => 1_800_000_000).d1)
d1Contract('the D1 in memory behind faults that do not happen', () =>
  d1WithFaults(
    sqliteD1(() => 1_800_000_000),
    new Faults(),
  ),
)

function kv(wrap: (one: LocationKv) => LocationKv = (one) => one) {
  const clock = { now: 0 }
  const [one] = laggingKv(() => clock.now) as [LocationKv]
  return { kv: wrap(one), passAMinute: () => void (clock.now += LOCATION_CACHE) }
}
kvContract('the KV in memory', () => kv())
kvContract('the KV in memory behind faults that do not happen', () =>
  kv((one) => kvWithFaults(one, new Faults()) as unknown as LocationKv),
)

mailContract('the mailbox', () => mailbox().EMAIL)
mailContract('the mailbox behind faults that do not happen', () =>
  emailWithFaults(mailbox().EMAIL, new Faults()),
)
keyUnwrappingContract('Web Crypto behind faults that do not happen', () =>
  unwrapWithFaults(new Faults()),
)
clockContract('the clock that the test holds', () => {
  const now = () => 1_800_000_000
  return { now, d1: sqliteD1(now).d1 }
})

const REVOKED =
  "INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at) VALUES ('a', 'c', 1)"

it('takes D1 back to what it was, as a whole, and again', async () => {
  const { d1, snapshot, rewind, dump } = sqliteD1(() => 1)
  const empty = snapshot()
  const before = dump()
  await d1.prepare(REVOKED).run()
  const after = dump()
  const then = snapshot()
  expect(after).not.toBe(before)
  for (let times = 0; times < 2; times++) {
    rewind(empty)
    expect(dump()).toBe(before)
    await d1.batch([d1.prepare(REVOKED), d1.prepare('DROP TABLE portcullis_reminders')])
    rewind(then)
    expect(dump()).toBe(after)
    await d1.exec('DELETE FROM portcullis_revoked_tokens')
  }
})

it('gives nothing of a database that was closed to the next one, and answers no call to it', async () => {
  const old = sqliteD1(() => 1)
  const before = old.dump()
  const insert = old.d1.prepare(REVOKED)
  await insert.run()
  old.close()
  const next = sqliteD1(() => 2)
  expect(await outcome(() => insert.run())).toBe('hangs')
  expect(next.dump()).toBe(before)
  expect(next.rows('SELECT unixepoch() AS now')).toEqual([{ now: 2 }])
})

/** The outcome of a call, and its effect. */
async function outcome(call: () => Promise<unknown>): Promise<string> {
  const late = new Promise((resolve) => setTimeout(() => resolve('hangs'), 100))
  const asked = call().then(
    () => 'answers',
    () => 'throws',
  )
  return String(await Promise.race([asked, late]))
}

it.each(MODES)('fails as it is told, once: %s', async (mode) => {
  const undo = takePatience()
  undo()
  const faults = new Faults()
  const sqlite = sqliteD1(() => 1)
  const d1 = d1WithFaults(sqlite, faults)
  const insert = (jti: string) => () =>
    d1
      .prepare(
        'INSERT INTO portcullis_revoked_tokens (jti, client_id, expires_at) VALUES (?, ?, 9)',
      )
      .bind(jti, 'c')
      .run()
  faults.next({ site: 'd1 write', nth: 1, mode })
  const outcomes = [
    await outcome(insert('a')),
    await outcome(insert('b')),
    await outcome(insert('c')),
  ]
  const says = mode === 'slow' ? 'answers' : (mode.split(' ')[0] ?? '')
  expect(outcomes).toEqual(['answers', says, 'answers'])
  const kept = sqlite.rows<{ jti: string }>(
    'SELECT jti FROM portcullis_revoked_tokens ORDER BY jti',
  )
  const isCommitted = mode === 'slow' || mode.endsWith('after commit')
  expect(kept.map(({ jti }) => jti)).toEqual(isCommitted ? ['a', 'b', 'c'] : ['a', 'c'])
  expect(faults.injected).toBe(1)
})

it('fails at each site for as long as it is out', async () => {
  const faults = new Faults()
  for (const site of SITES) faults.outages.set(site, 'throws')
  const d1 = d1WithFaults(
    sqliteD1(() => 1),
    faults,
  )
  const { kv: one } = kv((inner) => kvWithFaults(inner, faults) as unknown as LocationKv)
  const undo = unwrapWithFaults(faults)
  const calls = [
    () => d1.prepare('SELECT 1').all(),
    () => d1.prepare('DELETE FROM portcullis_revoked_tokens').run(),
    () => one.get('key'),
    () => one.put('key', 'text'),
    () =>
      crypto.subtle.unwrapKey(
        'raw',
        new Uint8Array(),
        {} as CryptoKey,
        'AES-GCM',
        'AES-GCM',
        false,
        [],
      ),
  ]
  const outcomes: string[] = []
  for (const call of calls) outcomes.push(await outcome(call))
  undo()
  expect(outcomes).toEqual(calls.map(() => 'throws'))
  faults.heal()
  expect(await outcome(() => d1.prepare('SELECT 1').all())).toBe('answers')
})
