import type { AppContext } from '../../../web/app-env.ts'

export function etagOf(version: number): string {
  return `"${version}"`
}

/**
 * Our own tags, also as a compressing proxy leaves them: weak (Cloudflare, nginx) or with a suffix
 * (Apache). RFC 9110 §13.1.1 has If-Match compare strongly, because a weak tag may cover several
 * contents; ours never does.
 */
const OURS = /^(?:W\/)?"(\d{1,15})(?:-(?:gzip|br|zstd|deflate))?"$/

/** The versions that `If-Match` names (RFC 9110 §13.1.1); undefined if any will do. */
export function expectedVersions(c: AppContext): number[] | undefined {
  const header = c.req.header('if-match')
  if (header === undefined || header.trim() === '*') return undefined
  return header.split(',').flatMap((tag) => {
    const version = OURS.exec(tag.trim())?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}
