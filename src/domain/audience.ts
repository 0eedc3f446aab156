export const AUDIENCE_MAX = 500

/**
 * RFC 7519 §2, StringOrURI: any text, but a URI if there is a colon in it; without a fragment, as
 * RFC 8707 §2 demands. In printable ASCII, so that it compares as it reads.
 */
export function isAudience(text: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(text)) return false
  return !text.includes(':') || isAbsoluteUri(text)
}

function isAbsoluteUri(text: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:[\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+$/i.test(text) &&
    URL.canParse(text)
  )
}

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
