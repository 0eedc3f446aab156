/** A text of this form can be a bearer token, because a header can carry it (RFC 6750 §2.1). */
export function isB64token(text: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(text)
}
