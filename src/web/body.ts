import type { HonoRequest, MiddlewareHandler } from 'hono'
import { Refusal } from '../domain/errors.ts'
import type { AppEnv } from './app-env.ts'

/** Restores a request that a host's middleware has read: Hono keeps the body it read. */
export async function readAgain(read: HonoRequest): Promise<Request> {
  // Hono keeps only the fields of a form, and would send them as multipart.
  const isForm = 'formData' in read.bodyCache
  // Without anything kept, a middleware took the body for itself: a mistake of the host.
  const isKept = Object.keys(read.bodyCache).length > 0
  const reading = isForm ? read.formData().then(formText) : read.arrayBuffer()
  const body = await (isKept ? reading.catch(refuseBrokenOff) : reading)
  return new Request(read.raw, { method: read.method, body })
}

function formText(form: FormData): string {
  const fields = new URLSearchParams()
  for (const [name, value] of form) fields.append(name, typeof value === 'string' ? value : '')
  return fields.toString()
}

/** Both doors accept at most this from an administrator. */
const BODY_LIMIT = 64 * 1024

/**
 * Reads the body before its sender is authenticated. A Worker starts at the head of a request, and
 * a body takes as long as its sender likes: a right checked at the head could be gone since.
 */
export const readBodyFirst: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.set('body', await readBytes(c.req.raw, BODY_LIMIT))
  await next()
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The body of a request as UTF-8 text, if it is no longer than `limit` bytes. It is not read by
 * `text()`: that would pass over bytes that are not UTF-8, and workerd warns of each form that is.
 */
export function readText(request: Request, limit: number): Promise<string> {
  return readBytes(request, limit).then(utf8Text)
}

export function utf8Text(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal('invalid_request', 'The body is not UTF-8.')
    throw error
  }
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const declared = request.headers.get('content-length')
  if (declared === null) return readChunks(request, limit).catch(refuseBrokenOff)
  if (Number(declared) > limit) throw tooLarge(limit)
  const bytes = new Uint8Array(await request.arrayBuffer().catch(refuseBrokenOff))
  if (bytes.length > limit) throw tooLarge(limit)
  return bytes
}

/** Cuts off a body without a length at the limit too. */
async function readChunks(request: Request, limit: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(limit)
  let length = 0
  for await (const chunk of request.body ?? []) {
    if (length + chunk.length > limit) throw tooLarge(limit)
    bytes.set(chunk, length)
    length += chunk.length
  }
  return bytes.subarray(0, length)
}

/** A sender may close the connection at any byte: no failure of the server, and nothing for its log. */
function refuseBrokenOff(error: unknown): never {
  if (error instanceof Refusal) throw error
  throw new Refusal('invalid_request', 'The body was cut off.')
}

/** Whether the request has this media type, in UTF-8 (the only charset that both doors accept). */
export function hasMediaType(request: Request, mediaType: string): boolean {
  const sent = request.headers.get('content-type') ?? ''
  if (sent === mediaType) return true
  const [type = '', ...parameters] = sent.split(';')
  const isUtf8 = parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=')
    return name.trim().toLowerCase() !== 'charset' || /^"?utf-?8"?$/i.test(value.trim())
  })
  return type.trim().toLowerCase() === mediaType && isUtf8
}

function tooLarge(limit: number): Refusal {
  return new Refusal('body_too_large', `The body is over ${limit / 1024} KiB.`)
}
