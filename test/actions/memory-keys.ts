import { type Algorithm, NEVER, type SigningKey } from '../../src/domain/signing-key.ts'
import { DAY, HOUR, type Seconds } from '../../src/domain/time.ts'
import { keyMemory } from '../../src/storage/keys/key-memory.ts'
import { NOW } from '../domain/arbitraries.ts'
import { memoryLedger } from './memory.ts'

// Signing keys in memory: what is committed is what is read next.

export const AGE = 90 * DAY
export const LEAD = 24 * HOUR
/** From publication until every cache has a key, and it may sign. */
export const SETTLED = LEAD + 300

export const aKey = (kid: string, fields: Partial<SigningKey> = {}): SigningKey => ({
  kid,
  algorithm: 'ES256',
  publicJwk: JSON.stringify({ kty: 'EC', x: kid }),
  wrappedKey: 'wrapped',
  createdAt: NOW - 10 * DAY,
  activatesAt: NOW - 10 * DAY,
  retiresAt: null,
  revokedAt: null,
  ...fields,
})

export const aStandby = (kid: string, fields: Partial<SigningKey> = {}) =>
  aKey(kid, { activatesAt: NEVER, ...fields })

/** One that is made now. */
export const made = (n: number, activatesAt: Seconds, fields: Partial<SigningKey> = {}) =>
  aKey(`made_${n}`, { publicJwk: '{}', createdAt: NOW, activatesAt, ...fields })

type Options = { losses?: number; algorithm?: Algorithm; canMake?: () => void }

export function serverWith(keys: SigningKey[], options: Options = {}) {
  const { losses = 0, algorithm = 'ES256', canMake = () => {} } = options
  const memory = memoryLedger({ losses })
  let count = 0
  const all = () =>
    memory.commits
      .flatMap(({ writes }) => writes)
      .reduce((known, write) => {
        if (write.kind !== 'signing_key') return known
        return [...known.filter(({ kid }) => kid !== write.after.kid), write.after]
      }, keys)
  const deps = {
    ...memory.deps,
    algorithm,
    signingKeyAge: AGE,
    signingKeyLead: LEAD,
    keyMemory: keyMemory(),
    securityEvents: null,
    logProblem: () => {},
    signingKeys: { all: async () => all() },
    signingKeyMaker: {
      make: async () => {
        canMake()
        return { kid: `made_${++count}`, publicJwk: '{}', wrappedKey: 'wrapped' }
      },
    },
  }
  const written = () =>
    memory.commits.flatMap(({ writes }) =>
      writes.flatMap((write) => (write.kind === 'signing_key' ? [write.after] : [])),
    )
  const logged = () => memory.events.map(({ action, target }) => `${action} ${target.id}`)
  return { ...memory, deps, all, written, logged, made: () => count }
}
