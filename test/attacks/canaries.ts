/** A run of a canary of this length betrays it; shorter ones could be chance. */
const RUN = 16

// Every window of a canary is known, so a text is checked only at every STRIDE-th position: any run
// of RUN + STRIDE - 1 characters is found, wherever it is.
const STRIDE = 8

/** Texts that must never be seen: any longer piece of one is found in whatever is searched. */
export function canaries() {
  const windows = new Map<string, string>()
  const names = new Set<string>()

  function add(name: string, ...texts: string[]): void {
    names.add(name)
    for (const text of texts) {
      for (let at = 0; at + RUN <= text.length; at++) windows.set(text.slice(at, at + RUN), name)
    }
  }

  /** The names of those that a text holds a piece of. */
  function findIn(text: string): Set<string> {
    const found = new Set<string>()
    for (let at = 0; at + RUN <= text.length; at += STRIDE) {
      const name = windows.get(text.slice(at, at + RUN))
      if (name !== undefined) found.add(name)
    }
    return found
  }

  return { add, findIn, names }
}

export type Canaries = ReturnType<typeof canaries>

// `pc_`, the key id and `_` may be seen.
const KEY_ID_END = 16

/** The secret parts of a secret, as they are and as this client's Basic header has them. */
export function partsOfSecret(clientId: string, secret: string): string[] {
  const basic = btoa(`${clientId}:${secret}`)
  const start = Math.ceil(((clientId.length + 1 + KEY_ID_END) * 4) / 3) + 1
  return [secret.slice(KEY_ID_END), basic.slice(start)]
}

/** The part that makes a token valid: anyone may write everything before its signature. */
export function partsOfToken(token: string): string[] {
  return [token.slice(token.lastIndexOf('.') + 1)]
}

export type Random = { next(): number; below(n: number): number; pick<T>(list: readonly T[]): T }

/** Mulberry32: the same numbers for the same seed, everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  const pick = <T>(list: readonly T[]): T => {
    const found = list[below(list.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }
  return { next, below, pick }
}
