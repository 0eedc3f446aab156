import { isWrite } from '../../doubles/faults.ts'
import type { LocationKv } from '../../doubles/lagging-kv.ts'
import type { SqliteD1 } from '../../doubles/node/sqlite-d1.ts'
import { inTime, patienceEnds } from './patience.ts'

export const SITES = ['d1 read', 'd1 write', 'kv read', 'kv write', 'unwrap', 'mail'] as const
/** Where there are gates: what asks one, and what tells one of a change. */
export const GATE_SITES = ['gate read', 'gate change'] as const
export type Site = (typeof SITES)[number] | (typeof GATE_SITES)[number]

export const MODES = [
  'throws',
  'throws after commit',
  'hangs',
  'hangs after commit',
  'slow',
] as const
export type Mode = (typeof MODES)[number]

/** One call that fails: of those that a step makes there, the how-manieth. */
export type OneFault = { site: Site; nth: number; mode: Mode }

/** The current faults, and how often they occurred. */
export class Faults {
  readonly outages = new Map<Site, Mode>()
  injected = 0
  private one: OneFault | null = null
  private spared = 0
  private meanwhile: { call: number; work: () => Promise<void> } | null = null

  /** Whether anything may fail. */
  get any(): boolean {
    return this.one !== null || this.outages.size > 0
  }

  next(one: OneFault | null): void {
    this.one = one && { ...one }
  }

  /** Runs `work` elsewhere before the given one of the calls to D1 that are made from now on. */
  before(call: number, work: () => Promise<void>): void {
    this.meanwhile = { call, work }
  }

  /** Whether it is still to come. */
  get isToInterrupt(): boolean {
    return this.meanwhile !== null
  }

  uninterrupted(): void {
    this.meanwhile = null
  }

  async interrupt(): Promise<void> {
    const { meanwhile } = this
    if (!meanwhile || this.spared > 0 || --meanwhile.call > 0) return
    this.meanwhile = null
    await inTime(meanwhile.work)
  }

  /** Nothing of this fails: it is what happens elsewhere, while a request is under its fault. */
  async sparing<T>(work: () => Promise<T>): Promise<T> {
    this.spared += 1
    try {
      return await work()
    } finally {
      this.spared -= 1
    }
  }

  heal(): void {
    this.one = null
    this.outages.clear()
  }

  at(site: Site): Mode | null {
    if (this.spared > 0) return null
    const mode = this.ofOne(site) ?? this.outages.get(site) ?? null
    if (mode) this.injected += 1
    return mode
  }

  private ofOne(site: Site): Mode | null {
    if (this.one?.site !== site) return null
    if (this.one.nth > 0) {
      this.one.nth -= 1
      return null
    }
    const { mode } = this.one
    this.one = null
    return mode
  }
}

/** Runs a call as its mode says. */
export async function underFault<T>(mode: Mode | null, run: () => Promise<T>): Promise<T> {
  if (mode === 'throws') throw new Error('injected: never arrived')
  if (mode === 'hangs') return hang()
  if (mode === 'slow') await inTime(() => new Promise((resolve) => setImmediate(resolve)))
  const answer = await run()
  if (mode === 'throws after commit') throw new Error('injected: the answer was lost')
  if (mode === 'hangs after commit') return hang()
  return answer
}

function hang(): Promise<never> {
  patienceEnds()
  return new Promise(() => {})
}

export function d1WithFaults(sqlite: SqliteD1, faults: Faults): D1Database {
  return sqlite.binding(async (texts, run) => {
    await faults.interrupt()
    return underFault(faults.at(isWrite({ texts }) ? 'd1 write' : 'd1 read'), run)
  })
}

export function kvWithFaults(kv: LocationKv, faults: Faults): KVNamespace {
  const faulty = {
    get: (...args: unknown[]) =>
      underFault(faults.at('kv read'), () =>
        (kv.get as (...all: unknown[]) => Promise<unknown>)(...args),
      ),
    list: (...args: Parameters<LocationKv['list']>) =>
      underFault(faults.at('kv read'), () => kv.list(...args)),
    put: (...args: Parameters<LocationKv['put']>) =>
      underFault(faults.at('kv write'), () => kv.put(...args)),
    delete: (key: string) => underFault(faults.at('kv write'), () => kv.delete(key)),
  }
  return faulty as unknown as KVNamespace
}

/** The mail binding with faults: when its answer is lost it says so in the platform's words. */
export function emailWithFaults(email: SendEmail, faults: Faults): SendEmail {
  const send = (message: never) =>
    underFault(faults.at('mail'), () => email.send(message)).catch(asPlatform)
  return { send }
}

/** The platform's message when an answer is lost: it is unknown whether the mail went out. */
function asPlatform(error: Error): never {
  throw error.message.startsWith('injected') ? new Error('Network connection lost.') : error
}

type Subtle = { unwrapKey: (...args: unknown[]) => Promise<unknown> }

/** Key unwrapping with faults, until the answer undoes it. */
export function unwrapWithFaults(faults: Faults): () => void {
  const subtle = crypto.subtle as unknown as Subtle
  const { unwrapKey } = subtle
  subtle.unwrapKey = (...args) =>
    underFault(withoutHanging(faults.at('unwrap')), () => unwrapKey.apply(subtle, args))
  return () => {
    subtle.unwrapKey = unwrapKey
  }
}

/** It calls nothing that could hang, and the server does not wait for it by the clock. */
function withoutHanging(mode: Mode | null): Mode | null {
  return mode?.startsWith('hangs') ? 'throws' : mode
}
