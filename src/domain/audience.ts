/** A scheme and a host, with or without a trailing slash. */
const BARE_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+\/?$/i

/**
 * The equivalent spellings of an audience: a bare origin with and without its trailing slash,
 * because URL parsers (`new URL(...).href`) add one. The given spelling comes first.
 */
export function spellingsOf(audience: string): [string, ...string[]] {
  if (!BARE_ORIGIN.test(audience)) return [audience]
  return [audience, audience.endsWith('/') ? audience.slice(0, -1) : `${audience}/`]
}

/** Whether both lists name the same APIs, however often, in whatever order and spelling. */
export function nameTheSame(some: string[], others: string[]): boolean {
  return some.every((one) => isAmong(one, others)) && others.every((one) => isAmong(one, some))
}

function isAmong(audience: string, all: string[]): boolean {
  return spellingsOf(audience).some((spelling) => all.includes(spelling))
}
