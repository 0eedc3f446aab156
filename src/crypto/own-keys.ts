import { Unavailable } from '../domain/errors.ts'
import type { SigningKeys, StrangeKeys } from '../domain/signing.ts'
import { isPublished, type SigningKey } from '../domain/signing-key.ts'
import type { Seconds } from '../domain/time.ts'
import { sha256 } from '../platform/sha256.ts'
import type { KeyWrapping } from './key-wrapping.ts'

/** Whether this deployment made a row of D1 that claims to be a signing key. */
export type IsOurs = (
  row: Pick<SigningKey, 'kid' | 'algorithm' | 'publicJwk' | 'wrappedKey'>,
) => Promise<boolean>

/**
 * A row proves itself: its `kid` is the hash of its public key, and its private key was wrapped by
 * the holder of WRAPPING_KEY with that `kid` as additional data. So write access to D1 is not
 * enough to add a key. Checked once per content and isolate: a proof stays valid.
 */
export function ownKeyProof(wrapping: KeyWrapping): IsOurs {
  const proven = new Set<string>()
  return async (row) => {
    const content = JSON.stringify([row.kid, row.algorithm, row.publicJwk])
    if (proven.has(content)) return true
    const isNamed = (await isNamedByThumbprint(row)) && isFor(row)
    if (!isNamed || !(await isAuthentic(wrapping, row))) return false
    proven.add(content)
    return true
  }
}

/** RFC 7638: the stored public key must be exactly the text that is hashed. */
export async function isNamedByThumbprint({
  kid,
  publicJwk,
}: Pick<SigningKey, 'kid' | 'publicJwk'>): Promise<boolean> {
  return (await sha256(publicJwk)) === kid
}

const KEY_TYPES = { ES256: 'EC', RS256: 'RSA' }

/**
 * Whether the key has the type that its algorithm needs: the hash covers the key, but not D1's
 * algorithm column.
 */
function isFor({ algorithm, publicJwk }: Pick<SigningKey, 'algorithm' | 'publicJwk'>): boolean {
  return publicJwk.includes(`"kty":"${KEY_TYPES[algorithm]}"`)
}

async function isAuthentic(
  wrapping: KeyWrapping,
  { kid, wrappedKey }: Parameters<IsOurs>[0],
): Promise<boolean> {
  try {
    return await wrapping.isAuthentic(wrappedKey, kid)
  } catch (error) {
    // Undetermined: a key left out of those published would be missing for minutes.
    const why = error instanceof Error ? error.message : 'unknown error'
    throw new Unavailable('signing_key', `it cannot be tried (${why})`)
  }
}

type Stored = {
  stored: Pick<SigningKeys, 'all'>
  isOurs: IsOurs
  now: () => Seconds
}

/**
 * The keys in D1 that are ours. If there are keys and none is ours, no other is made in their
 * place. `tell` is called once per isolate for each foreign key: someone else writes to D1.
 */
export function ownSigningKeys(of: Stored, tell: (kid: string) => void): SigningKeys {
  const told = new Set<string>()
  return {
    async all() {
      const { ours, others } = await parted(of)
      for (const { kid } of wouldBePublished(others, ours, of.now())) {
        if (told.has(kid) || told.size >= TOLD_MAX) continue
        told.add(kid)
        tell(kid)
      }
      if (ours.length > 0 || others.length === 0) return ours
      const detail = 'none in D1 was wrapped by the WRAPPING_KEY that is configured'
      throw new Unavailable('signing_key', detail)
    },
  }
}

const TOLD_MAX = 100

export function strangeSigningKeys(of: Stored): StrangeKeys {
  return {
    all: async () => (await parted(of)).others,
    async published() {
      const { ours, others } = await parted(of)
      return wouldBePublished(others, ours, of.now())
    },
  }
}

/** Without those that are over: a key may outlive the version of WRAPPING_KEY that wrapped it. */
function wouldBePublished(others: SigningKey[], ours: SigningKey[], now: Seconds): SigningKey[] {
  return others.filter((key) => isPublished(key, [...ours, key], now))
}

async function parted({ stored, isOurs }: Stored) {
  const keys = await stored.all()
  const proofs = await Promise.all(keys.map(isOurs))
  return { ours: keys.filter((_, i) => proofs[i]), others: keys.filter((_, i) => !proofs[i]) }
}

/**
 * A foreign key verifies nothing; but if none of the keys is ours, the answer is unknown, and this
 * throws.
 */
export function provenOrOutage(own: SigningKeys, isOurs: IsOurs): IsOurs {
  return async (row) => {
    if (await isOurs(row)) return true
    await own.all()
    return false
  }
}
