export interface Seals {
  seal(text: string): Promise<string>
  verify(text: string, seal: string): Promise<boolean>
  /** Whether this server has the key version that the seal names. */
  hasKeyOf(seal: string): boolean
}

/** Texts that only this server can produce, for one purpose: a page cursor, a session. */
export interface SignedTexts {
  write(content: unknown): Promise<string>
  /** The value given to `write`; null for a text that is not ours. */
  read(text: string): Promise<unknown>
}

/** Texts that only this server can produce or read: encrypted and authenticated. */
export interface SealedTexts {
  seal(content: unknown): Promise<string>
  /** The value given to `seal`; null for a text that is not ours. */
  open(text: string): Promise<unknown>
}
