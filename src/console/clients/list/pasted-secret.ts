/**
 * Whether a search has a secret of a client or a token in it. The same pattern is in the console's
 * script (kit/script/search.ts), which keeps it from being sent in an address.
 */
export function looksLikeSecret(text: string): boolean {
  return /(?:^|\s)(?:pc_|eyJ)[\w-]{8,}/.test(text)
}
