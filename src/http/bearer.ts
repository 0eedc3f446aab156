/** The token of a Bearer header (RFC 6750 §2.1); null where there is none. */
export function readBearer(request: Request): string | null {
  const header = request.headers.get('authorization') ?? ''
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)?.[1] ?? null
}
