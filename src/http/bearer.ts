import { isB64token } from '../platform/b64token.ts'

/** The token of a Bearer header (RFC 6750 §2.1); null where there is none. */
export function readBearer(request: Request): string | null {
  const header = request.headers.get('authorization') ?? ''
  const [, token = ''] = /^Bearer +(.+)$/i.exec(header) ?? []
  return isB64token(token) ? token : null
}
