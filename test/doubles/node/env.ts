import { type LocationKv, laggingKv } from '../lagging-kv.ts'
import { memoryCache } from '../memory-cache.ts'
import { FILES, migrate, sqliteD1 } from './sqlite-d1.ts'

// Replaces `cloudflare:workers` for the tests for workerd when they run in Node on the doubles.

const KEY = '1:a-key-of-the-tests-that-protects-nothing'
const wallClock = () => Math.floor(Date.now() / 1000)

const sqlite = sqliteD1(wallClock)
const empty = sqlite.snapshot()
const [kv] = laggingKv(wallClock, 1, { cache: 0, limitsWrites: false }) as [LocationKv]

Object.assign(globalThis, { caches: { default: memoryCache(new Map(), wallClock) } })

export const env = {
  ISSUER: 'https://auth.example',
  BOOTSTRAP_TOKEN: 'bootstrap-token-of-the-tests-0123456789',
  PEPPER: KEY,
  WRAPPING_KEY: KEY,
  AUDIT_KEY: KEY,
  COOKIE_KEY: KEY,
  // It is migrated from the start.
  TEST_SCHEMA: '',
  TEST_MIGRATIONS: FILES,
  DB: sqlite.d1,
  DENYLIST: kv as unknown as KVNamespace,
  METRICS: { writeDataPoint: () => {} },
}

/** Empties D1 and KV, as `cloudflare:test` does it. */
export async function reset(): Promise<void> {
  sqlite.rewind(empty)
  applied = FILES.length
  const { keys } = await kv.list()
  for (const { name } of keys) await kv.delete(name)
}

let applied = FILES.length

/** As after `reset`: it is migrated from the start, and so far as it is asked to be. */
export async function applyD1Migrations(_db: unknown, files: string[]): Promise<void> {
  if (files.length === applied) return
  sqlite.rewind(migrate(files.length))
  applied = files.length
}

export function createExecutionContext() {
  const work: Promise<unknown>[] = []
  return {
    work,
    waitUntil: (one: Promise<unknown>) => void work.push(one),
    passThroughOnException() {},
  }
}

export async function waitOnExecutionContext({ work }: { work: Promise<unknown>[] }) {
  while (work.length > 0) await Promise.allSettled(work.splice(0))
}
