import type { Wire } from '../../src/mail/smtp/wire.ts'

export type FakeWire = Wire & {
  /** The client's output, with `<TLS>` where it began TLS and `<closed>` where it closed. */
  written: string[]
}

/** A server that answers the nth thing it is sent with the nth chunk; null closes, silence hangs. */
export function fakeWire(...answers: (string | Uint8Array | null)[]): FakeWire {
  const written: string[] = []
  return {
    written,
    async read() {
      const answer = answers.shift()
      if (answer === undefined) return new Promise<never>(() => undefined)
      return typeof answer === 'string' ? new TextEncoder().encode(answer) : answer
    },
    async write(text) {
      written.push(text)
    },
    async startTls() {
      written.push('<TLS>')
    },
    async close() {
      written.push('<closed>')
    },
  }
}
