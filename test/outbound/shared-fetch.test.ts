import { afterEach, describe, expect, it, vi } from 'vitest'
import { sharedFetch } from '../../src/outbound/shared-fetch.ts'

const NOW = 1_800_000_000
const MANY = 50
const LIMITS = { maxAge: 300, cooldown: () => 30 }

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const all = <T>(answer: T): T[] => Array.from({ length: MANY }, () => answer)

/** Something that is fetched, as slowly and as badly as the test says. */
function source() {
  const get = sharedFetch<string>(LIMITS)
  const said = {
    fetches: 0,
    answer: async (count: number): Promise<string> => `value ${count}`,
  }
  const fetch = () => said.answer(++said.fetches)
  const ask = (now = NOW, suits?: (value: string) => boolean) => get('it', now, fetch, suits)
  const many = (count: number, ...how: Parameters<typeof ask>) =>
    Promise.all(Array.from({ length: count }, () => ask(...how)))
  return { said, ask, many }
}

const slowly = async (count: number) => {
  await pause(50)
  return `value ${count}`
}

const down = async () => {
  await pause(50)
  throw new TypeError('connection refused')
}

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('what many requests need', () => {
  it('is used until its age is over, whatever the cooldown', async () => {
    const { said, ask } = source()
    for (const [now, fetches] of [
      [NOW, 1],
      [NOW + 31, 1],
      [NOW + 299, 1],
      [NOW + 300, 2],
    ] as const) {
      await ask(now)
      expect(said.fetches).toBe(fetches)
    }
  })

  it('may say itself how long it is used', async () => {
    let fetches = 0
    const get = sharedFetch<number>({ maxAge: (seconds) => seconds, cooldown: () => 1 })
    const ask = (now: number) => get('it', now, async () => 100 * ++fetches)
    for (const [now, value] of [
      [NOW, 100],
      [NOW + 99, 100],
      [NOW + 100, 200],
      [NOW + 299, 200],
    ] as const) {
      expect(await ask(now)).toEqual({ value, problem: null })
    }
  })

  it('is fetched for each name by itself', async () => {
    const get = sharedFetch<string>(LIMITS)
    const ask = (name: string) => get(name, NOW, async () => name)
    expect([await ask('one'), await ask('other')]).toEqual([
      { value: 'one', problem: null },
      { value: 'other', problem: null },
    ])
  })

  it('leaves nothing running behind it, whether it can be had or not', async () => {
    const { said, ask } = source()
    const [started, stopped] = [
      vi.spyOn(globalThis, 'setInterval'),
      vi.spyOn(globalThis, 'clearInterval'),
    ]
    await ask()
    said.answer = down
    await ask(NOW + 300)
    expect(started).toHaveBeenCalledTimes(2)
    expect(stopped.mock.calls.map(([handle]) => handle)).toEqual(
      started.mock.results.map((result) => result.value as unknown),
    )
  })

  it('is in no state to be told of where something other than an error is thrown', async () => {
    const { said, ask } = source()
    const thrown = Object('no error') as Error
    said.answer = () => Promise.reject(thrown)
    await expect(ask()).rejects.toBe(thrown)
  })

  it('is fetched by one of them, and all have it', async () => {
    const { said, many } = source()
    said.answer = slowly
    const answers = await many(MANY)
    expect(said.fetches).toBe(1)
    expect(answers).toEqual(all({ value: 'value 1', problem: null }))
  })

  it('is fetched once a cooldown while it cannot be had, and all are told why', async () => {
    const { said, many } = source()
    said.answer = down
    for (const [now, fetches] of [
      [NOW, 1],
      [NOW + 29, 1],
      [NOW + 30, 2],
    ] as const) {
      const answers = await many(MANY, now)
      expect(said.fetches).toBe(fetches)
      expect(answers.map(({ value, problem }) => [value, problem?.message])).toEqual(
        all([null, 'connection refused']),
      )
    }
  })

  it('is kept while a newer one cannot be had, with the reason', async () => {
    const { said, ask, many } = source()
    await ask()
    said.answer = down
    const answers = await many(MANY, NOW + 300)
    expect(said.fetches).toBe(2)
    expect(answers.every(({ value }) => value === 'value 1')).toBe(true)
    expect((await ask(NOW + 301)).problem?.message).toBe('connection refused')
  })

  it('is fetched once more where it lacks what is looked for, and who looks waits for it', async () => {
    const { said, ask, many } = source()
    await ask()
    said.answer = slowly
    const answers = await many(MANY, NOW + 30, (value) => value !== 'value 1')
    expect(said.fetches).toBe(2)
    expect(answers).toEqual(all({ value: 'value 2', problem: null }))
  })

  it('keeps nobody waiting who finds in an old one what is looked for', async () => {
    const { said, ask } = source()
    await ask()
    said.answer = slowly
    const first = ask(NOW + 300)
    expect(await ask(NOW + 300)).toEqual({ value: 'value 1', problem: null })
    expect(await first).toEqual({ value: 'value 2', problem: null })
  })

  it('is not used for longer because the clock was set back', async () => {
    const { said, ask } = source()
    await ask(NOW + 100_000)
    await ask(NOW)
    expect(said.fetches).toBe(2)
  })
})

describe('a fetch that hangs', () => {
  it('is given up after five seconds, by whoever waits for it too', async () => {
    const { said, ask, many } = source()
    said.answer = () => new Promise(() => {})
    const first = ask()
    const answers = await many(MANY)
    expect(said.fetches).toBe(1)
    expect([...answers, await first].every(({ problem }) => problem !== null)).toBe(true)
  })

  it('keeps nobody waiting for longer than it may take itself, and a second', async () => {
    vi.useFakeTimers()
    const get = sharedFetch<string>({ maxAge: 300, cooldown: () => 0, timeoutMs: 110 })
    const ask = () => get('it', NOW, () => new Promise(() => {}))
    void ask()
    const waiting = ask()
    // As soon as a fetch has timed out, somebody begins the next.
    for (let round = 0; round < 10; round++) {
      await vi.advanceTimersByTimeAsync(111)
      void ask()
    }
    await vi.advanceTimersByTimeAsync(20)
    const late = { value: null, problem: new Error('It took too long.') }
    expect(await Promise.race([waiting, Promise.resolve('it still waits')])).toEqual(late)
    await vi.advanceTimersByTimeAsync(2000)
  })
})

/** As when a request is stopped because its client has gone: its timers no longer fire. */
function heartless() {
  vi.spyOn(globalThis, 'setInterval').mockReturnValueOnce(0)
}

describe('a fetch whose request is gone', () => {
  it('is made again by one of those that wait for it, and all have what that brings', async () => {
    const { said, ask, many } = source()
    const gone = Promise.withResolvers<string>()
    said.answer = () => gone.promise
    heartless()
    const first = ask()
    said.answer = slowly
    const answers = await many(5)
    expect(said.fetches).toBe(2)
    expect(answers).toEqual(all({ value: 'value 2', problem: null }).slice(0, 5))
    gone.resolve('late')
    expect((await first).value).toBe('late')
    expect((await ask()).value).toBe('value 2')
  })

  it('leaves to the one that followed it what all are told, even if it fails in the end', async () => {
    const { said, ask } = source()
    const gone = Promise.withResolvers<string>()
    said.answer = () => gone.promise
    heartless()
    const first = ask()
    said.answer = slowly
    expect(await ask()).toEqual({ value: 'value 2', problem: null })
    gone.reject(new Error('reset'))
    expect(await first).toEqual({ value: 'value 2', problem: new Error('reset') })
    expect(await ask(NOW + 300)).toEqual({ value: 'value 3', problem: null })
    said.answer = down
    expect(await ask(NOW + 600)).toMatchObject({ value: 'value 3' })
  })

  it('is left to those that wait by whoever has just come', async () => {
    const { said, ask } = source()
    said.answer = () => new Promise(() => {})
    heartless()
    const first = ask()
    await pause(1000)
    said.answer = slowly
    const second = ask()
    await pause(100)
    expect(said.fetches).toBe(1)
    expect((await second).value).toBe('value 2')
    expect((await first).problem).not.toBeNull()
  })
})
