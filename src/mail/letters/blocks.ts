/** One piece of a letter: text and HTML are both made of these, so that they say the same. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'facts'; name: string; facts: Fact[]; link: Link | null }
  | { kind: 'footer'; text: string }

export type Fact = { label: string; value: string }
export type Link = { label: string; url: string }

/** Where a letter links to, if known, and how many days before its end a credential is reminded of. */
export type Links = { issuer: string | null; days: number }

/** Tells the reader why they get a letter. */
export function asAdministrator(issuer: string | null): string {
  const where = issuer === null ? '' : ` at ${issuer}`
  return `You get this email because you are an administrator of Portcullis${where}.`
}
