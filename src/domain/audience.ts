/** A scheme and a host, with a slash behind them or without. */
const BARE_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+\/?$/i

/**
 * An audience in the spellings that mean the same: a bare origin with its final slash and without, because
 * what makes a URL of it (`new URL(...).href`) adds one. The given one first.
 */
export function spellingsOf(audience: string): [string, ...string[]] {
  if (!BARE_ORIGIN.test(audience)) return [audience]
  return [audience, audience.endsWith('/') ? audience.slice(0, -1) : `${audience}/`]
}
