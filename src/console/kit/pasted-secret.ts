import type { ConsoleContext } from './console-env.ts'

/**
 * Whether a text has a secret of a client or a token in it. The same pattern is in the console's script
 * (kit/script/search.ts), which keeps it from being sent in an address.
 */
function looksLikeSecret(text: string): boolean {
  return /\b(?:pc_|eyJ)[\w-]{8,}/.test(text)
}

/** Whether somebody pasted one into a field that is sent in the address. A cursor is ours. */
export function hasSecretInAddress(c: ConsoleContext): boolean {
  const { cursor: _ours, ...typed } = c.req.queries()
  return Object.values(typed).flat().some(looksLikeSecret)
}
