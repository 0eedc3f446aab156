/** A reply of a mail server (RFC 5321 §4.2), its lines without their codes. */
export type Reply = { code: string; lines: string[] }

export type Replies = {
  /** @throws Error when the server closes, or sends something other than a reply */
  next(): Promise<Reply>
  /** Drops what has arrived unasked. */
  drop(): void
}

/** RFC 5321 §4.5.3.1.5 allows lines of 512 octets; servers send more. A reply is never longer. */
const REPLY_MAX = 65_536

/** Reads replies, however they are split into chunks. */
export function makeReplies(read: () => Promise<Uint8Array | null>): Replies {
  let decoder = new TextDecoder()
  let buffer = ''

  async function nextLine(taken: number): Promise<string> {
    let end = buffer.indexOf('\n')
    while (end < 0) {
      if (taken + buffer.length > REPLY_MAX) throw new Error('the server sends a reply without end')
      const chunk = await read()
      if (chunk === null) throw new Error('the server closed the connection')
      const from = buffer.length
      buffer += decoder.decode(chunk, { stream: true })
      end = buffer.indexOf('\n', from)
    }
    const line = buffer.slice(0, end).replace(/\r$/, '')
    buffer = buffer.slice(end + 1)
    return line
  }

  async function next(): Promise<Reply> {
    const lines: string[] = []
    for (let taken = 0; taken <= REPLY_MAX; ) {
      const line = await nextLine(taken)
      const [, code, more, text] = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(line) ?? []
      if (code === undefined) throw new Error(`the server does not speak SMTP: "${line}"`)
      lines.push(text ?? '')
      if (more !== '-') return { code, lines }
      taken += line.length + 1
    }
    throw new Error('the server sends a reply without end')
  }

  function drop(): void {
    decoder = new TextDecoder()
    buffer = ''
  }

  return { next, drop }
}
