import type { PresentedCredentials } from '../../domain/credential.ts'
import { Refusal } from '../../domain/errors.ts'
import type { Form } from './form.ts'

/** The client's credentials: from a Basic header or the body, never from both (RFC 6749 §2.3). */
export function readCredentials(request: Request, form: Form): PresentedCredentials {
  if (form.one('client_assertion') !== undefined) {
    throw new Refusal('invalid_client', 'client_assertion is not supported.')
  }
  const header = request.headers.get('authorization')
  return header === null ? bodyCredentials(form) : basicCredentials(header, form)
}

/** The token of a Bearer header (RFC 6750 §2.1); null where there is none. */
export function readBearer(request: Request): string | null {
  const header = request.headers.get('authorization') ?? ''
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)?.[1] ?? null
}

function bodyCredentials(form: Form): PresentedCredentials {
  const clientId = form.one('client_id')
  const secret = form.one('client_secret')
  if (clientId === undefined || secret === undefined) {
    throw new Refusal('invalid_client', 'Client authentication is missing.')
  }
  return { clientId, secret }
}

function basicCredentials(header: string, form: Form): PresentedCredentials {
  if (form.one('client_secret') !== undefined) {
    throw new Refusal('invalid_request', 'The client authenticates in two ways at once.')
  }
  const credentials = parseBasic(header)
  if (!credentials) {
    throw new Refusal('invalid_client', 'The Authorization header is no well-formed Basic header.')
  }
  const named = form.one('client_id')
  if (named !== undefined && named !== credentials.clientId) {
    throw new Refusal('invalid_request', 'The client_id in the body is of another client.')
  }
  return credentials
}

/**
 * RFC 7617 §2, with both halves form-decoded (RFC 6749 §2.3.1): some libraries encode even `_` and
 * `-`, curl encodes nothing.
 */
export function parseBasic(header: string): PresentedCredentials | null {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1]
  if (encoded === undefined || encoded.length % 4 !== 0) return null
  try {
    const text = decodeBase64Utf8(encoded)
    const colon = text.indexOf(':')
    if (colon < 1 || colon === text.length - 1) return null
    return { clientId: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) }
  } catch (error) {
    if (isDecodingError(error)) return null
    throw error
  }
}

function decodeBase64Utf8(encoded: string): string {
  const binary = atob(encoded)
  // The usual case: ASCII is UTF-8 already.
  if (/^[\x20-\x7e]*$/.test(binary)) return binary
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0))
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

function formDecode(text: string): string {
  return /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text
}

function isDecodingError(error: unknown): boolean {
  return error instanceof TypeError || error instanceof URIError || error instanceof DOMException
}
