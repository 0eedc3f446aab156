/** One piece of a letter: text and HTML are both made of these, so that they say the same. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'facts'; name: string; facts: Fact[]; link: Link }
  | { kind: 'footer'; text: string }

export type Fact = { label: string; value: string }
export type Link = { label: string; url: string }

/** Where a letter leads to, and how many days before its end a secret is reminded of. */
export type Links = { issuer: string; days: number }
