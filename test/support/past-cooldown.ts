const COOLDOWN = 31

let asked = 0

/**
 * A guard's clock past the cooldown of every guard before it: files share one isolate, in which the
 * guard remembers the keys of an issuer, and these tests have one issuer with new keys each.
 */
export function pastCooldown(clock: { now: number }): () => number {
  const ahead = ++asked * COOLDOWN
  return () => clock.now + ahead
}
