import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { KeyRing } from '../../src/crypto/key-ring.ts'
import { auditSeals, signedTexts } from '../../src/crypto/seals.ts'
import { properPrefixes, RUNS } from '../domain/arbitraries.ts'
import { rings } from './rings.ts'

const FEW = { ...RUNS, numRuns: 50 }
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const seals = auditSeals(rings.before)
const cursors = signedTexts(rings.before, 'cursor')
const POSITION = [
  ['clients', null, 'é', 'name'],
  ['nightly billing export', 42],
]

/** The text with each of its characters changed, one at a time, and with something after it. */
function alterations(text: string): string[] {
  const changed = [...text].flatMap((char, at) =>
    [...BASE64URL, '.', '='].flatMap((other) =>
      other === char ? [] : [text.slice(0, at) + other + text.slice(at + 1)],
    ),
  )
  return [...changed, `${text}.`, `${text}=`, `${text}A`, `${text}.A`, ` ${text}`, `${text}\n`]
}

/** Those of the texts for which `isTaken`: none should be. */
async function taken(texts: string[], isTaken: (text: string) => Promise<boolean>) {
  const answers = await Promise.all(texts.map(isTaken))
  return texts.filter((_, i) => answers[i])
}

it('verifies the seal of a text, and of no other text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (text, other) => {
      const seal = await seals.seal(text)
      expect(seal).toMatch(/^1\.[0-9A-Za-z_-]{43}$/)
      expect(await seals.verify(text, seal)).toBe(true)
      expect(await seals.verify(other, seal)).toBe(other === text)
    }),
    FEW,
  )
})

it('takes no proper prefix of a seal for it', async () => {
  const seal = await seals.seal('text')
  expect(await taken(properPrefixes(seal), (text) => seals.verify('text', text))).toEqual([])
})

it('takes no altered seal for it', async () => {
  const seal = await seals.seal('text')
  expect(await taken(alterations(seal), (text) => seals.verify('text', text))).toEqual([])
})

it('takes no seal of another deployment, and says no to whatever is no seal', async () => {
  const foreign = await auditSeals(rings.foreign).seal('text')
  for (const seal of [foreign, '', '.', '1', '1.', '1.A', '1.*', '9.AAAA', 'constructor.AAAA']) {
    expect(await seals.verify('text', seal)).toBe(false)
  }
})

it('verifies older seals while the key is rotated, and not after', async () => {
  const old = await seals.seal('text')
  const rotating = auditSeals(rings.rotating)
  expect(await rotating.verify('text', old)).toBe(true)
  const fresh = await rotating.seal('text')
  expect(fresh).toMatch(/^2\./)
  expect(await auditSeals(rings.after).verify('text', fresh)).toBe(true)
  expect(await auditSeals(rings.after).verify('text', old)).toBe(false)
})

it('says of a seal whether its key is still there', async () => {
  const [old, fresh] = [await seals.seal('text'), await auditSeals(rings.after).seal('text')]
  const has = (ring: KeyRing) => [old, fresh].map((seal) => auditSeals(ring).hasKeyOf(seal))
  expect(has(rings.before)).toEqual([true, false])
  expect(has(rings.rotating)).toEqual([true, true])
  expect(has(rings.after)).toEqual([false, true])
})

it('does not let the version of a seal be changed', async () => {
  const rotating = auditSeals(rings.rotating)
  const [, digest = ''] = (await rotating.seal('text')).split('.')
  expect(await rotating.verify('text', `1.${digest}`)).toBe(false)
})

it('reads from a cursor what was written to it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ stringUnit: 'grapheme' }), async (position) => {
      const cursor = await cursors.write(position)
      expect(encodeURIComponent(cursor)).toBe(cursor)
      expect(JSON.stringify(await cursors.read(cursor))).toBe(JSON.stringify(position))
    }),
    FEW,
  )
})

it('reads no proper prefix of a cursor', async () => {
  const cursor = await cursors.write(POSITION)
  const isRead = async (text: string) => (await cursors.read(text)) !== null
  expect(await taken(properPrefixes(cursor), isRead)).toEqual([])
})

it('reads no altered cursor', async () => {
  const cursor = await cursors.write([1])
  const isRead = async (text: string) => (await cursors.read(text)) !== null
  expect(await taken(alterations(cursor), isRead)).toEqual([])
})

it('reads no forged cursor', async () => {
  const [payload = '', mac = ''] = (await cursors.write(POSITION)).split('.')
  const [otherPayload = ''] = (await cursors.write([1])).split('.')
  const foreign = await signedTexts(rings.foreign, 'cursor').write(POSITION)
  const [, seal = ''] = (await seals.seal(payload)).split('.')
  const forged = [
    foreign,
    `${otherPayload}.${mac}`,
    // A seal of the audit log under the same key proves nothing here: its purpose is another.
    `${payload}.${seal}`,
    `${payload}.${payload}`,
    `${payload}.`,
    payload,
    `.${mac}`,
    '.',
    '',
    '..',
    'null',
    'e30.e30',
    `${payload}.${mac}.${mac}`,
  ]
  for (const cursor of forged) expect(await cursors.read(cursor)).toBeNull()
})

it('says no to any text, and never throws', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[\w-]{0,9}\.[\w-]{0,9}$/),
  )
  await fc.assert(
    fc.asyncProperty(text, async (any) => {
      expect(await cursors.read(any)).toBeNull()
      expect(await seals.verify('text', any)).toBe(false)
    }),
    RUNS,
  )
})

it('reads older cursors while the key is rotated, and not after', async () => {
  const old = await cursors.write(POSITION)
  expect(await signedTexts(rings.rotating, 'cursor').read(old)).toEqual(POSITION)
  expect(await signedTexts(rings.after, 'cursor').read(old)).toBeNull()
  const fresh = await signedTexts(rings.rotating, 'cursor').write(POSITION)
  expect(await signedTexts(rings.after, 'cursor').read(fresh)).toEqual(POSITION)
})
