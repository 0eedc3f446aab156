import { timingSafeEqual } from 'node:crypto'
import './html-rewriter.ts'
import './quick-crypto.ts'

// The functions of workerd beyond the standards, as far as the server and its tests use them.

Object.assign(crypto.subtle, {
  timingSafeEqual: (a: ArrayBuffer, b: ArrayBuffer) =>
    timingSafeEqual(new Uint8Array(a), new Uint8Array(b)),
})

type Base64Options = { alphabet?: 'base64' | 'base64url'; omitPadding?: boolean }

// Base64 and hexadecimal of ES2026, which Node 24 has not yet: white space is skipped in base64,
// another alphabet is an error.
Object.assign(Uint8Array, {
  fromBase64(text: string, { alphabet = 'base64' }: Base64Options = {}) {
    const compact = text.replaceAll(/[\t\n\f\r ]/g, '')
    const digits = compact.replace(/={0,2}$/, '')
    const known = alphabet === 'base64' ? /^[A-Za-z0-9+/]*$/ : /^[\w-]*$/
    const isPadded = compact === digits || compact.length % 4 === 0
    if (!known.test(digits) || !isPadded || digits.length % 4 === 1) {
      throw new SyntaxError('not base64')
    }
    return new Uint8Array(Buffer.from(digits, alphabet))
  },
  fromHex(text: string) {
    if (!/^(?:[\da-f]{2})*$/i.test(text)) throw new SyntaxError('not hexadecimal')
    return new Uint8Array(Buffer.from(text, 'hex'))
  },
})
Object.assign(Uint8Array.prototype, {
  toBase64(this: Uint8Array, { alphabet = 'base64', omitPadding = false }: Base64Options = {}) {
    const text = Buffer.from(this)
      .toString('base64')
      .replace(omitPadding ? /=+$/ : /$^/, '')
    return alphabet === 'base64' ? text : text.replaceAll('+', '-').replaceAll('/', '_')
  },
  toHex(this: Uint8Array) {
    return Buffer.from(this).toString('hex')
  },
})

class WorkerdRequest extends Request {
  constructor(input: RequestInfo | URL, init: RequestInit = {}) {
    const isTrace = init.method === 'TRACE'
    // Node asks those that send a stream to say so. What a request says of itself cannot be spread.
    const duplex = init.body instanceof ReadableStream ? { duplex: 'half' } : {}
    const sent = init instanceof Request ? init : { ...init, ...duplex }
    super(input, isTrace ? { ...sent, method: 'OPTIONS' } : sent)
    // Node makes no request with this method.
    if (isTrace) Object.defineProperty(this, 'method', { value: 'TRACE' })
    // The data that Cloudflare adds to a request; a request made from another keeps it.
    Object.defineProperty(this, 'cf', { value: init.cf ?? cfOf(input) })
  }

  override clone(): WorkerdRequest {
    return new WorkerdRequest(super.clone(), { cf: cfOf(this) as CfProperties })
  }
}

function cfOf(input: unknown): unknown {
  return input instanceof WorkerdRequest ? input.cf : undefined
}

Object.assign(globalThis, { Request: WorkerdRequest })
