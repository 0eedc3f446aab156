import { type FlagValue, flagIn } from './flag.ts'
import { WrongSetting } from './setting.ts'

/**
 * The script that the reference pages load: null for the default, otherwise one that the host
 * serves.
 */
export type ApiDocs = { script: string | null }

/**
 * Reads whether there are reference pages and where their script comes from; null when they are
 * off.
 * @throws WrongSetting
 */
export function readApiDocs(value: FlagValue, issuer: string): ApiDocs | null {
  const flag = flagIn(value)
  if (flag !== undefined) return flag ? { script: null } : null
  const url = String(value)
  // The URL becomes part of a header in which these characters are separators.
  const isPlain = /^(https?:\/)?\/[^\s;,'"]*$/.test(url) && URL.canParse(url, issuer)
  if (isPlain) return { script: new URL(url, issuer).href }
  const message = 'apiDocs (API_DOCS) must be true, false, or the URL of the script of Scalar'
  throw new WrongSetting('API_DOCS', message)
}
