import type { Client } from '../../domain/client.ts'
import {
  longestToken,
  TOKEN_LENGTH_MAX,
  TOKEN_LENGTH_USUAL,
  type TokenTerms,
} from '../../domain/token-size.ts'
import { numberInWords } from '../kit/words.ts'

/** Warns if a token is longer than some servers and proxies accept. */
export function LongToken({ subject = 'It has', length }: { subject?: string; length: number }) {
  if (length <= TOKEN_LENGTH_USUAL) return null
  return (
    <p class="note">
      {subject} {numberInWords(length)} characters. Many servers and proxies accept 8 KB of headers,
      some of them for all headers together, and refuse a larger request. Let the client ask for
      less with <code>scope</code> or <code>resource</code>, or make sure that they accept it.
    </p>
  )
}

/** The same for a client's longest token, with all that it may do. */
export function LongestToken({ client, terms }: { client: Client; terms: TokenTerms }) {
  const length = longestToken(client, terms)
  if (length <= TOKEN_LENGTH_MAX) {
    return <LongToken subject="A token for all of this has up to" length={length} />
  }
  return (
    <p class="note">
      <b>A token for all of this may not fit</b>: it would have up to {numberInWords(length)}{' '}
      characters, but at most {numberInWords(TOKEN_LENGTH_MAX)} are allowed. The client must ask for
      less with <code>scope</code> or <code>resource</code>.
    </p>
  )
}
