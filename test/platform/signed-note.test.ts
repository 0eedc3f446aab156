import { describe, expect, it } from 'vitest'
import type { Hash } from '../../src/platform/merkle.ts'
import {
  checkpointText,
  openNote,
  readCheckpointText,
  readVerifierKey,
  signNote,
  type VerifyBytes,
  verifierKey,
} from '../../src/platform/signed-note.ts'

// The example of https://c2sp.org/signed-note, with its verifier key and private key as the tests of
// golang.org/x/mod/sumdb/note have them.
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const SEED = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const TEXT = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.
`
const NOTE = `${TEXT}
\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`

const verify: VerifyBytes = async (publicKey, signature, bytes) => {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', key, signature, bytes)
}

async function sign(bytes: Hash): Promise<Uint8Array> {
  const seed = Uint8Array.fromBase64(SEED).slice(1)
  // PKCS #8 of an Ed25519 key (RFC 8410 §7).
  const pkcs8 = Uint8Array.of(...Uint8Array.fromHex('302e020100300506032b657004220420'), ...seed)
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes))
}

async function keyOf(text = VKEY) {
  const key = await readVerifierKey(text)
  if (!key) throw new Error('no verifier key')
  return key
}

describe('a signed note', () => {
  it('is the one of the specification: key id, signature, form', async () => {
    const key = await keyOf()
    expect(await verifierKey(key)).toBe(VKEY)
    expect(await openNote(NOTE, key, verify)).toBe(TEXT)
    expect(await signNote(TEXT, key, sign)).toBe(NOTE)
  })

  it('is opened among signatures by others, of which some are no signatures', async () => {
    const line = NOTE.split('\n').at(-2) ?? ''
    const others = ['\u2014 somebody aGVsbG8=', '\u2014 PeterNeumann AAAAAGFiYw==', 'x', line]
    expect(await openNote(`${TEXT}\n${others.join('\n')}\n`, await keyOf(), verify)).toBe(TEXT)
  })

  it.each([
    ['another text', NOTE.replace('cryptography', 'Cryptography')],
    ['another signature', NOTE.replace('ZJkuBS', 'ZJkuBT')],
    ['another name', NOTE.replace('\u2014 PeterNeumann', '\u2014 PeterWeumann')],
    ['another key id', NOTE.replace('x08go/ZJ', 'x08gpPZJ')],
    ['a word behind the signature', NOTE.replace(/\n$/, ' x\n')],
    ['a word before the signature', NOTE.replace('\n\u2014', '\nx\u2014')],
    ['no signature', `${TEXT}\n`],
    ['no empty line', NOTE.replace('\n\n', '\n')],
    ['nothing', ''],
  ])('is refused with %s', async (_, note) => {
    expect(await openNote(note, await keyOf(), verify)).toBe(null)
  })

  it('is none where only its end is signed', async () => {
    const key = await keyOf()
    expect(await openNote(await signNote('', key, sign), key, verify)).toBe(null)
  })

  it.each([
    ['another key id', VKEY.replace('c74f20a3', 'c74f20a4')],
    ['another algorithm', VKEY.replace('+ARpc', '+Ahpc')],
    ['a short key', VKEY.slice(0, -4)],
    ['no name', VKEY.replace('PeterNeumann', '')],
    ['nothing', ''],
    ['a key that is no base64', 'PeterNeumann+c74f20a3+!'],
  ])('a verifier key is refused with %s', async (_, text) => {
    expect(await readVerifierKey(text)).toBe(null)
  })

  it('a verifier key is read with the line feed that ends its file', async () => {
    expect(await verifierKey(await keyOf(`${VKEY}\n`))).toBe(VKEY)
  })

  it('a verifier key is refused without a name, or of another length, though its id fits', async () => {
    const { name, publicKey } = await keyOf()
    const short = publicKey.slice(1)
    for (const key of [
      { name: '', publicKey },
      { name, publicKey: short },
    ]) {
      expect(await readVerifierKey(await verifierKey(key))).toBe(null)
    }
  })

  it('a verifier key has an id of eight digits, some of which are zeros', async () => {
    const { publicKey } = await keyOf()
    for (let n = 0; n < 50; n++) {
      const text = await verifierKey({ name: `key-${n}`, publicKey })
      expect(text).toMatch(/^key-\d+\+[\da-f]{8}\+/)
      expect(await readVerifierKey(text)).toEqual({ name: `key-${n}`, publicKey })
    }
  })
})

describe('a checkpoint', () => {
  // The example of https://c2sp.org/tlog-checkpoint.
  const text = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
`

  it('has three lines', () => {
    const checkpoint = readCheckpointText(text)
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 })
    expect(checkpoint && checkpointText(checkpoint)).toBe(text)
    expect(readCheckpointText(`${text}an extension\n`)).toEqual(checkpoint)
  })

  it.each([
    ['a size with a zero in front', text.replace('\n2085', '\n02085')],
    ['a negative size', text.replace('\n2085', '\n-2085')],
    ['a short root', text.replace('CsUY', '')],
    ['a root that is no base64', text.replace('CsUY', '!')],
    ['no origin', text.replace('example.com/behind-the-sofa', '')],
    ['one line', 'example.com'],
  ])('is none with %s', (_, wrong) => {
    expect(readCheckpointText(wrong)).toBe(null)
  })
})
