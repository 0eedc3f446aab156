import { type FlagValue, flagIn } from './flag.ts'
import { WrongSetting } from './setting.ts'

/** How the reference pages are shown: with the script that we name, or with one that the host serves. */
export type ApiDocs = { script: string | null }

/**
 * Whether there are reference pages, and where their script comes from; null when they are off.
 * @throws WrongSetting
 */
export function readApiDocs(value: FlagValue, issuer: string): ApiDocs | null {
  const flag = flagIn(value)
  if (flag !== undefined) return flag ? { script: null } : null
  const url = String(value)
  // It becomes part of a header, in which these separate.
  const isPlain = /^(https?:\/)?\/[^\s;,'"]*$/.test(url) && URL.canParse(url, issuer)
  if (isPlain) return { script: new URL(url, issuer).href }
  const message = 'apiDocs (API_DOCS) must be true, false, or the URL of the script of Scalar'
  throw new WrongSetting('API_DOCS', message)
}
