import { env } from 'cloudflare:workers'

// Many tests store nothing, and to empty the storage and make the schema anew costs more than most of them do. So it is
// noticed when one asks D1, KV, R2, the cache or a gate for anything.

type Method = (this: unknown, ...args: unknown[]) => unknown
type Use = { wasAsked: boolean; hasSchema: boolean; isSeen: boolean }

const shared = globalThis as { storageUse?: Use }

/** Kept beside the files' modules: files share an isolate, and its storage. */
export const storageUse = (): Use => (shared.storageUse ??= watched())

function watched(): Use {
  const stores = [env.DB, env.DENYLIST, env.TEST_BUCKET, env.TEST_GATES, caches, caches.default]
  const prototypes = stores.map((store) => (store ? Object.getPrototypeOf(store) : null))
  // Doubles in Node are bare objects: there every test counts as one that asked.
  const isSeen = prototypes.every((one) => one !== null && one !== Object.prototype)
  const use = { wasAsked: false, hasSchema: false, isSeen }
  if (isSeen) for (const prototype of new Set(prototypes)) watch(prototype, use)
  return use
}

function watch(prototype: object, use: Use): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof value !== 'function' || name === 'constructor') continue
    const method = value as Method
    const noticing: Method = function (...args) {
      use.wasAsked = true
      return method.apply(this, args)
    }
    Object.defineProperty(prototype, name, { value: noticing })
  }
}
