import { isoTime, type Seconds } from './time.ts'

export const TOKEN_CHECKS = [
  ...(['server', 'form', 'type', 'algorithm', 'key', 'signature', 'issuer', 'expiry'] as const),
  ...(['client', 'generation', 'revocation', 'scope', 'rest'] as const),
]
export type Check = (typeof TOKEN_CHECKS)[number]

/**
 * One finding about a token: whether it is as it should be, or null if this cannot be determined.
 */
export type Finding = { check: Check; good: boolean | null; what: string; at?: Seconds }

/** The name of each check, and each finding of it in a sentence. */
const WORDS: Record<Check, { label: string; says: Record<string, string> }> = {
  server: {
    label: 'Server',
    says: {
      closed: 'The server is closed for maintenance: no token is active.',
      shut: 'The database was restored and is being compared with the denylist: no token is active.',
    },
  },
  form: {
    label: 'Form',
    says: {
      ok: 'A signed token in three parts.',
      not_three_parts:
        'Not a signed token, which has three parts with points between them. Check that it is whole.',
      not_json:
        'Not a signed token: its header or its claims cannot be decoded. Check that it is whole.',
    },
  },
  type: {
    label: 'Type',
    says: {
      ok: 'An access token (at+jwt).',
      other: 'Not an access token: its type is not at+jwt. It may be an ID token.',
    },
  },
  algorithm: {
    label: 'Algorithm',
    says: {
      ok: 'The algorithm of its key.',
      other: 'Not the algorithm with which this server would have signed it.',
    },
  },
  key: {
    label: 'Signing key',
    says: {
      active: 'The key that signs now.',
      retiring: 'An earlier signing key that is still accepted.',
      standby: 'A key that is published but does not sign yet.',
      gone: 'A key that is no longer published.',
      revoked: 'This key is revoked, and with it every token that it signed.',
      unknown: 'Not a key of this server.',
      not_ours:
        'A key in the database that this server did not make: it is not trusted and verifies nothing.',
    },
  },
  signature: {
    label: 'Signature',
    says: {
      ok: 'Valid: the token was signed with this key and not changed.',
      wrong: 'Not valid: the token was changed, cut off or forged.',
      unknown: 'Cannot be checked without the key.',
    },
  },
  issuer: {
    label: 'Issuer',
    says: { ok: 'This server.', other: 'Another server: ask that one about this token.' },
  },
  expiry: { label: 'Expiry', says: { missing: 'The token has no time at which it expires.' } },
  client: {
    label: 'API client',
    says: {
      ok: 'Exists and is not suspended.',
      suspended: 'The client is suspended. Once it is resumed, this token works again.',
      unknown: 'There is no such client: it was deleted, or never existed.',
    },
  },
  generation: {
    label: 'Cut-off',
    says: {
      ok: 'Issued since the client’s tokens were last revoked.',
      older: 'Issued before all tokens of the client were revoked.',
      newer: 'From a time that the database no longer has: it was restored to an earlier one.',
      missing: 'The token names no generation (gen), as each token of this server does.',
    },
  },
  revocation: {
    label: 'Revocation',
    says: { ok: 'Not revoked individually.', revoked: 'This token was revoked by its client.' },
  },
  scope: {
    label: 'Scope',
    says: {
      all: 'The client still has all of it.',
      some: 'The client has lost a part of it: the rest still counts.',
      none: 'The client has none of it any more.',
    },
  },
  rest: {
    label: 'Everything else',
    says: { unlike_ours: 'A claim, or its spelling, is not as this server writes it.' },
  },
}

export function labelOfCheck(check: Check): string {
  return WORDS[check].label
}

/** `inWords` formats a time for the reader at hand; otherwise it is in RFC 3339. */
export function findingSentence(
  { check, what, at }: Finding,
  inWords: (at: Seconds) => string = timeOf,
): string {
  if (at === undefined) return WORDS[check].says[what] ?? what
  return `${what === 'ok' ? 'Expires' : 'Expired'} ${inWords(at)}.`
}

const LATEST: Seconds = 8e12

/** A token may contain any number; most numbers are not valid times. */
export function isTime(at: number): boolean {
  return Number.isSafeInteger(at) && at >= 0 && at <= LATEST
}

function timeOf(at: Seconds): string {
  return `at ${isTime(at) ? isoTime(at) : at}`
}
