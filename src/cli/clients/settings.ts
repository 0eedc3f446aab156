import { type ClientDetails, DETAIL_DEFAULTS, DETAIL_NAMES } from '../../domain/client-details.ts'
import { countedInWords } from '../../domain/count.ts'
import type { ClientBody } from '../api-types.ts'
import { isSame } from '../changed-list.ts'

type Detail = Exclude<keyof ClientDetails, 'name'>
type Setting = { label: string; inWords?: (value: string) => string }

const SETTINGS: Record<Detail, Setting> = {
  description: { label: 'Description' },
  tags: { label: 'Tags' },
  contacts: { label: 'Contacts' },
  accessTokenLifetime: {
    label: 'Token lifetime',
    inWords: (text) => countedInWords(Number(text), 'second'),
  },
  allowSelfRotation: { label: 'Self-rotation', inWords: () => 'allowed' },
  assertionAudience: { label: 'Assertion audience' },
  jwksUri: { label: 'JWKS URL' },
  profile: { label: 'Profile' },
  requireDpop: { label: 'DPoP proof', inWords: () => 'required' },
  bindToCertificate: { label: 'Tokens', inWords: () => 'bound to its certificate' },
}

/** The settings of a client: how long its tokens live, and whatever is not as with most clients. */
export function settingsOf(client: ClientBody): [label: string, value: string | null][] {
  return (Object.keys(SETTINGS) as Detail[]).map((detail) => {
    const { label, inWords = (text) => text } = SETTINGS[detail]
    // A server of an earlier release does not have all of them.
    const value = client[DETAIL_NAMES[detail]] ?? DETAIL_DEFAULTS[detail]
    const isUsual = detail !== 'accessTokenLifetime' && isSame(value, DETAIL_DEFAULTS[detail])
    return [label, isUsual ? null : inWords(Array.isArray(value) ? value.join(' ') : String(value))]
  })
}
