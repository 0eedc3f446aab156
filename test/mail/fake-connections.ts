import type { Connection } from '../../src/mail/smtp/connection.ts'

export type FakeConnection = Connection & {
  /** The client's output, with `<TLS>` where it began TLS and `<closed>` where it closed. */
  written: string[]
}

/** A server that answers the nth thing it is sent with the nth chunk; null closes, silence hangs. */
export function fakeConnection(...answers: (string | Uint8Array | null)[]): FakeConnection {
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
