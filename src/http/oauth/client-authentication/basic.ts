import { textFromBase64 } from '../../../platform/base64.ts'
import { Refusal } from '../../../domain/errors.ts'
import type { ClientAuthenticationMethod } from './method.ts'

/** A client id and a secret in the Authorization header (RFC 6749 §2.3.1). */
export const clientSecretBasic: ClientAuthenticationMethod = {
  name: 'client_secret_basic',
  isUsed: (request) => request.headers.has('authorization'),
  read(request, form) {
    const header = request.headers.get('authorization') ?? ''
    if (!/^Basic(?: |$)/i.test(header)) {
      throw new Refusal('invalid_client', 'The Authorization header must use the scheme Basic.', {
        reason: 'malformed_credentials',
      })
    }
    const credentials = parseBasic(header)
    if (!credentials) {
      throw new Refusal('invalid_client', 'The Authorization header is not a valid Basic header.', {
        reason: 'malformed_credentials',
      })
    }
    const named = form.one('client_id')
    if (named !== undefined && named !== credentials.clientId) {
      throw new Refusal('invalid_request', 'The client_id in the body names another client.')
    }
    return { kind: 'secret', ...credentials }
  },
}

/**
 * RFC 7617 §2, with both halves form-decoded (RFC 6749 §2.3.1): some libraries encode even `_` and
 * `-`, curl encodes nothing.
 */
export function parseBasic(header: string): { clientId: string; secret: string } | null {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1]
  if (encoded === undefined || encoded.length % 4 !== 0) return null
  try {
    const text = textFromBase64(encoded)
    const colon = text.indexOf(':')
    if (colon < 1 || colon === text.length - 1) return null
    return { clientId: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) }
  } catch (error) {
    if (isDecodingError(error)) return null
    throw error
  }
}

function formDecode(text: string): string {
  return /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text
}

function isDecodingError(error: unknown): boolean {
  return error instanceof TypeError || error instanceof URIError || error instanceof DOMException
}
