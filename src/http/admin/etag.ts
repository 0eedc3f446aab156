import type { AppContext } from '../../web/app-env.ts'

export function etagOf(version: number): string {
  return `"${version}"`
}

/**
 * A tag of ours, also as a proxy that compresses leaves it: weak (Cloudflare, nginx) or with what it did at
 * its end (Apache). RFC 9110 §13.1.1 has If-Match compare strongly, because a weak tag may stand for several
 * contents; one of ours never does.
 */
const OURS = /^(?:W\/)?"(\d{1,15})(?:-(?:gzip|br|zstd|deflate))?"$/

/** The versions that `If-Match` names (RFC 9110 §13.1.1); undefined where any will do. */
export function expectedVersions(c: AppContext): number[] | undefined {
  const header = c.req.header('if-match')
  if (header === undefined || header.trim() === '*') return undefined
  return header.split(',').flatMap((tag) => {
    const version = OURS.exec(tag.trim())?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}
