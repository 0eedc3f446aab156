export interface Seals {
  seal(text: string): Promise<string>
  verify(text: string, seal: string): Promise<boolean>
  /** Whether the key version that the seal names is one that this server has. */
  hasKeyOf(seal: string): boolean
}

/** Texts that nobody but this server can make, for one purpose: a page cursor, a session. */
export interface SignedTexts {
  write(content: unknown): Promise<string>
  /** What `write` was given; null for a text that is not ours. */
  read(text: string): Promise<unknown>
}

/** The same for what nobody is to read either: encrypted, and changed by nobody. */
export interface SealedTexts {
  seal(content: unknown): Promise<string>
  /** What `seal` was given; null for a text that is not ours. */
  open(text: string): Promise<unknown>
}
