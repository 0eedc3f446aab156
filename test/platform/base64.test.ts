import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  base64,
  base64OfBytes,
  isCanonicalBase64url,
  textFromBase64,
  textFromBase64url,
} from '../../src/platform/base64.ts'
import { fromBase64url, toBase64url, utf8 } from '../../src/platform/bytes.ts'

const TEXTS = ['', 'f', 'fo', 'foo', 'Grüße', '€', '👍 ok', '﻿mark', '>>>???']

describe('a text and its base64', () => {
  it.each(TEXTS)('%j comes back', (text) => {
    expect(textFromBase64(base64(text))).toBe(text)
    expect(textFromBase64url(toBase64url(utf8(text)))).toBe(text)
  })

  it('is what jose makes of it', () => {
    for (const text of TEXTS) expect(toBase64url(utf8(text))).toBe(base64url.encode(text))
  })

  it('may have more bytes than a call accepts arguments', () => {
    const bytes = new Uint8Array(300_000).fill(255)
    expect(base64OfBytes(bytes)).toHaveLength(400_000)
  })

  it('is refused if it is not base64, or not UTF-8', () => {
    expect(() => textFromBase64('a')).toThrow(DOMException)
    expect(() => textFromBase64('####')).toThrow(DOMException)
    expect(() => textFromBase64(base64OfBytes(Uint8Array.of(0xff)))).toThrow(TypeError)
  })
})

describe('the canonical form (RFC 4648 §3.5)', () => {
  it('is the one that an encoder makes', () => {
    for (let length = 1; length < 9; length++) {
      const text = toBase64url(new Uint8Array(length).fill(0xa7))
      expect(isCanonicalBase64url(text)).toBe(true)
    }
  })

  it('is the only one that encodes to itself', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (const last of alphabet) {
      for (const text of [`A${last}`, `AA${last}`, `AAA${last}`]) {
        expect([text, isCanonicalBase64url(text)]).toEqual([
          text,
          toBase64url(fromBase64url(text)) === text,
        ])
      }
    }
  })

  it.each(['', 'A', 'AAAAA', 'AA==', 'A A', 'A+AA', 'A/AA', 'AA\n'])('is not %j', (text) => {
    expect(isCanonicalBase64url(text)).toBe(false)
  })
})
