import { timingSafeEqual } from 'node:crypto'

// What workerd has besides the standards, as far as the server and its tests use it.

Object.assign(crypto.subtle, {
  timingSafeEqual: (a: ArrayBuffer, b: ArrayBuffer) =>
    timingSafeEqual(new Uint8Array(a), new Uint8Array(b)),
})

// Node asks those that send a stream to say so.
class RequestOfStreams extends Request {
  constructor(input: RequestInfo | URL, init: RequestInit = {}) {
    const duplex = init.body instanceof ReadableStream ? { duplex: 'half' } : {}
    super(input, { ...init, ...duplex })
  }
}

Object.assign(globalThis, { Request: RequestOfStreams })
