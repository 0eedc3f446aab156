/** How the reference pages are shown: with the script that we name, or with one that the host serves. */
export type ApiDocs = { script: string | null }

/**
 * Whether there are reference pages, and where their script comes from; null when they are off.
 * @throws TypeError
 */
export function readApiDocs(value: boolean | string | undefined, issuer: string): ApiDocs | null {
  if (!value || value === 'false') return null
  if (value === true || value === 'true') return { script: null }
  // It becomes part of a header, in which these separate.
  const isPlain = /^(https?:\/)?\/[^\s;,'"]*$/.test(value) && URL.canParse(value, issuer)
  if (isPlain) return { script: new URL(value, issuer).href }
  throw new TypeError('apiDocs (API_DOCS) must be true, or the URL of the script of Scalar')
}
