/** One piece of a letter: text and HTML are both made of these, so that they say the same. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'facts'; name: string; facts: Fact[]; link: Link | null }
  | { kind: 'footer'; text: string }

export type Fact = { label: string; value: string }
export type Link = { label: string; url: string }

/**
 * Where a letter links to, if known, how many days before its end a credential is reminded of, and after
 * how many a secret is ended that is not used.
 */
export type Links = { issuer: string | null; days: number[]; unusedDays: number | null }

/** Tells the reader why they get a letter. */
export function asAdministrator(issuer: string | null): string {
  return `You get this email because you are an administrator of ${serverAt(issuer)}.`
}

export function serverAt(issuer: string | null): string {
  return issuer === null ? 'Portcullis' : `Portcullis at ${issuer}`
}
