import type { DoorContext } from '../../web/door.ts'

export function etagOf(version: number): string {
  return `"${version}"`
}

/** The versions that `If-Match` names (RFC 9110 §13.1.1); undefined where any will do. */
export function expectedVersions(c: DoorContext): number[] | undefined {
  const header = c.req.header('if-match')
  if (header === undefined || header.trim() === '*') return undefined
  // A weak or foreign tag matches nothing: If-Match compares strongly.
  return header.split(',').flatMap((tag) => {
    const version = /^"(\d{1,15})"$/.exec(tag.trim())?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}
