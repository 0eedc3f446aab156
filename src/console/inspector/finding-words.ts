import type { Check, Finding } from '../../actions/tokens/diagnose-token.ts'
import type { Seconds } from '../../domain/time.ts'
import { minuteInUtc, relativeTime } from '../kit/words.ts'

const WORDS: Record<Check, { label: string; says: Record<string, string> }> = {
  server: {
    label: 'Server',
    says: {
      closed: 'It is closed for maintenance: no token is active.',
      shut: 'Its database was taken back, and is compared with the denylist: no token is active.',
    },
  },
  form: {
    label: 'Form',
    says: {
      ok: 'A signed token in three parts.',
      not_three_parts:
        'No signed token: that has three parts with points between them. Is it whole?',
      not_json: 'No signed token: its header or its claims cannot be decoded. Is it whole?',
    },
  },
  type: {
    label: 'Type',
    says: {
      ok: 'An access token (at+jwt).',
      other: 'No access token: its type is not at+jwt. An ID token, perhaps?',
    },
  },
  algorithm: {
    label: 'Algorithm',
    says: { ok: 'The one of its key.', other: 'Not the one with which it would be signed here.' },
  },
  key: {
    label: 'Signing key',
    says: {
      active: 'The key that signs now.',
      retiring: 'A key that was followed by another and still holds.',
      standby: 'A key that is published and does not sign yet.',
      gone: 'A key that is no longer published.',
      revoked: 'The key is revoked, and with it every token that it signed.',
      unknown: 'No key of this server.',
      not_ours:
        'In the database, and no key of this server: it does not prove itself, and verifies nothing.',
    },
  },
  signature: {
    label: 'Signature',
    says: {
      ok: 'By that key: nobody changed the token.',
      wrong: 'Not by that key: the token was changed, cut off or forged.',
      unknown: 'Cannot be checked without the key.',
    },
  },
  issuer: {
    label: 'Issuer',
    says: { ok: 'This server.', other: 'Another server: it decides about its tokens.' },
  },
  expiry: { label: 'Expiry', says: { missing: 'It says no time at which it expires.' } },
  client: {
    label: 'API client',
    says: {
      ok: 'Exists and is not suspended.',
      suspended: 'Is suspended. When access is resumed its tokens work again.',
      unknown: 'Does not exist: it was deleted, or never was.',
    },
  },
  generation: {
    label: 'Cut-off',
    says: {
      ok: 'Issued since the client’s tokens were last revoked.',
      older: 'Issued before all tokens of the client were revoked.',
      newer: 'From a time that the database does not know: it was restored to an earlier one.',
    },
  },
  revocation: {
    label: 'Revocation',
    says: { ok: 'Not revoked by itself.', revoked: 'This token was revoked by its client.' },
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
    says: { unlike_ours: 'Something is not as this server writes it: a claim, or its spelling.' },
  },
}

export function findingInWords({ check, what, at }: Finding, now: Seconds): [string, string] {
  const { label, says } = WORDS[check]
  if (at === undefined) return [label, says[what] ?? what]
  const verb = what === 'ok' ? 'Expires' : 'Expired'
  return [label, `${verb} ${momentInWords(at, now)}.`]
}

/** A token may contain any number; most numbers are not valid times. */
export function momentInWords(at: Seconds, now: Seconds): string {
  if (!Number.isSafeInteger(at) || at < 0 || at > 8e12) return `at ${at}`
  return `${relativeTime(at, now)} (${minuteInUtc(at)})`
}
