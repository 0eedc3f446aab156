import type { KeyMemory } from '../../domain/signing.ts'
import { isRecent, MINUTE, type Seconds } from '../../domain/time.ts'
import { remembered } from '../../platform/remembered.ts'

/** How long an isolate answers with the keys that it has read. */
export const REMEMBERED: Seconds = 5

/** The one name of what is read as a whole. */
const ALL = ''

type Jwk = { kid: string }

/**
 * An isolate's memory of the keys. Published keys always include those it signs with: a key that
 * signs before it was published, as in a fresh deployment, makes the isolate read them again.
 */
export function keyMemory(): KeyMemory {
  const memory = remembered<Jwk[]>({
    period: REMEMBERED,
    most: 1,
    isFound: (jwks) => jwks.length > 0 && !lacksSigner(jwks),
  })
  let signer: string | null = null
  let forgotten = 0
  let keptAt: Seconds | null = null
  const lacksSigner = (jwks: Jwk[]) => signer !== null && !jwks.some(({ kid }) => kid === signer)
  const recall = (now: Seconds) => memory.recall(ALL, now)?.value ?? null
  return {
    known: recall,

    async published(now, read) {
      const recalled = recall(now)
      if (recalled) return recalled
      const before = forgotten
      const jwks = await read()
      memory.forget(ALL)
      if (before === forgotten) memory.keep(ALL, jwks, now)
      return jwks
    },

    signedWith(kid) {
      if (kid === signer) return
      signer = kid
      if (lacksSigner(memory.last(ALL) ?? [])) memory.forget(ALL)
    },

    forget() {
      memory.forget(ALL)
      forgotten++
    },

    isUpkeepDue(now) {
      if (keptAt !== null && isRecent(keptAt, MINUTE, now)) return false
      keptAt = now
      return true
    },
  }
}
