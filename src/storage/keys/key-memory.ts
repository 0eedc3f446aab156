import type { KeyMemory } from '../../domain/signing.ts'
import { isRecent, MINUTE, type Seconds } from '../../domain/time.ts'

/** How long an isolate answers with the keys that it has read. */
export const REMEMBERED: Seconds = 5

type Known = { jwks: Jwk[]; at: Seconds }
type Jwk = { kid: string }

/**
 * An isolate's memory of the keys. Published keys always include those it signs with: a key that
 * signs before it was published, as in a fresh deployment, makes the isolate read them again.
 */
export function keyMemory(): KeyMemory {
  let known: Known | null = null
  let signer: string | null = null
  let forgotten = 0
  let keptAt: Seconds | null = null
  const lacksSigner = (jwks: Jwk[]) => signer !== null && !jwks.some(({ kid }) => kid === signer)
  const recall = (now: Seconds) => {
    // If the clock jumps back, the memory is not valid for longer.
    return known && now >= known.at && now < known.at + REMEMBERED ? known.jwks : null
  }
  return {
    known: recall,

    async published(now, read) {
      const remembered = recall(now)
      if (remembered) return remembered
      const before = forgotten
      const jwks = await read()
      const isBelieved = before === forgotten && jwks.length > 0 && !lacksSigner(jwks)
      known = isBelieved ? { jwks, at: now } : null
      return jwks
    },

    signedWith(kid) {
      if (kid === signer) return
      signer = kid
      if (known && lacksSigner(known.jwks)) known = null
    },

    forget() {
      known = null
      forgotten++
    },

    isUpkeepDue(now) {
      if (keptAt !== null && isRecent(keptAt, MINUTE, now)) return false
      keptAt = now
      return true
    },
  }
}
