/** Members that only a private or a symmetric JWK has. */
const PRIVATE = /-----BEGIN [A-Z ]*PRIVATE KEY-----|"(?:d|k|p|q|dp|dq|qi|oth)"\s*:/

/** Drops a private key that was pasted into the field by mistake: no page shows it again. */
export function withoutPrivateKey(typed: URLSearchParams, field: string): URLSearchParams {
  if (!PRIVATE.test(typed.get(field) ?? '')) return typed
  const rest = new URLSearchParams(typed)
  rest.set(field, '')
  return rest
}
