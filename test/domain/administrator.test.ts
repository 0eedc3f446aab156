import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Administrator,
  auditedChanges,
  readAddress,
  readAddresses,
} from '../../src/domain/administrator.ts'
import { NOW, RUNS } from './arbitraries.ts'

const LONGEST_LABEL = 'a'.repeat(63)
const LONGEST_DOMAIN = `${LONGEST_LABEL}.${LONGEST_LABEL}.${LONGEST_LABEL}`

describe('an email address', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    [' ada@example.com\r\n', 'ada@example.com'],
    ['Ada.Lovelace+Portcullis@Example.COM', 'ada.lovelace+portcullis@example.com'],
    [
      "o'neil_&-/=?^`{|}~!#$%*@mail-1.example.co.uk",
      "o'neil_&-/=?^`{|}~!#$%*@mail-1.example.co.uk",
    ],
    ['ada@localhost', 'ada@localhost'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
    [`${'a'.repeat(62)}@${LONGEST_DOMAIN}`, `${'a'.repeat(62)}@${LONGEST_DOMAIN}`],
  ])('%j is written %j', (text, address) => {
    expect(readAddress(text)).toBe(address)
  })

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@example.com@example.com',
    'Ada <ada@example.com>',
    '<ada@example.com>',
    'ada@example.com, bob@example.com',
    'ada@example.com\nBcc: bob@example.com',
    'ada\r\n@example.com',
    'ada lovelace@example.com',
    '"ada lovelace"@example.com',
    'ada(the first)@example.com',
    '.ada@example.com',
    'ada.@example.com',
    'ada..lovelace@example.com',
    'ada@.example.com',
    'ada@example..com',
    'ada@example.com.',
    'ada@-example.com',
    'ada@example-.com',
    'ada@exam_ple.com',
    'ada@[127.0.0.1]',
    'ada@example.com\0',
    'adä@example.com',
    'ada@bücher.example',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(64)}.com`,
    `${'a'.repeat(63)}@${LONGEST_DOMAIN}`,
  ])('%j is none', (text) => {
    expect(readAddress(text)).toBeNull()
  })

  // Else who has such an address somewhere would be taken for who has the one in ASCII.
  it('is none where a letter becomes ASCII only in lower case', () => {
    expect('\u212aate'.toLowerCase()).toBe('kate')
    expect(readAddress('\u212aate@example.com')).toBeNull()
    expect(readAddress('kate@\u212aate.example')).toBeNull()
    expect(readAddress('ada\u0130@example.com')).toBeNull()
    expect(readAddress('ada\u017f@example.com')).toBeNull()
  })

  it('has one spelling, which could add nothing to a mail', () => {
    const part = fc.string({ unit: fc.constantFrom(...'aZ09.-_+<>@ \r\n,"\u212a\u00e4') })
    const nearly = fc.tuple(part, part).map(([local, domain]) => `${local}@${domain}`)
    const upper = fc.emailAddress().map((address) => ` ${address.toUpperCase()}\n`)
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress(), upper, nearly)
    fc.assert(
      fc.property(text, (any) => {
        const address = readAddress(any)
        if (address === null) return
        expect(readAddress(address)).toBe(address)
        expect(address).toMatch(/^[\x21-\x7e]+$/)
        expect(address).not.toMatch(/[\r\n <>,"A-Z]/)
      }),
      { ...RUNS, numRuns: 1000 },
    )
  })

  it('is read whatever its case', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (any) => {
        expect(readAddress(any.toUpperCase())).toBe(readAddress(any))
        expect(readAddress(any)).toBe(any.toLowerCase())
      }),
      RUNS,
    )
  })
})

describe('a list of addresses', () => {
  it.each([
    ['', []],
    [' , ,\n', []],
    ['ada@example.com', ['ada@example.com']],
    [
      ' Bob@example.com,\n ada@example.com ,, bob@EXAMPLE.com,',
      ['bob@example.com', 'ada@example.com'],
    ],
  ])('%j has each once', (text, addresses) => {
    expect(readAddresses(text)).toEqual(addresses)
  })

  it.each([
    ['ada@example.com, bob', 'entry 2 of ADMINISTRATORS is no'],
    ['ada@example.com;bob@example.com', 'entry 1 of ADMINISTRATORS is no'],
    ['Ada "the first" <ada@example.com>', 'entry 1 of ADMINISTRATORS is no'],
    [['ada@example.com'] as unknown as string, 'ADMINISTRATORS must be text'],
  ])('%j says which is none, and quotes nobody', (text, words) => {
    expect(() => readAddresses(text)).toThrow(words)
    expect(() => readAddresses(text)).not.toThrow(/ada@|bob/i)
  })
})

describe('what the audit log says', () => {
  const ada: Administrator = {
    administratorId: 'administrator_1',
    email: 'ada@example.com',
    access: 'view',
    createdAt: NOW,
    updatedAt: NOW,
    version: 1,
  }
  const raised: Administrator = { ...ada, access: 'manage' }
  const moved: Administrator = { ...ada, email: 'ada@example.org' }

  it.each<[string, Administrator | null, Administrator | null, object]>([
    ['created', null, ada, { access: { from: null, to: 'view' } }],
    ['raised', ada, raised, { access: { from: 'view', to: 'manage' } }],
    ['moved', ada, moved, { email_changed: { from: false, to: true } }],
    ['deleted', raised, null, { access: { from: 'manage', to: null } }],
    ['not changed', ada, { ...ada, version: 2 }, {}],
    [
      'raised and moved',
      ada,
      { ...raised, email: moved.email },
      { access: { from: 'view', to: 'manage' }, email_changed: { from: false, to: true } },
    ],
  ])('of one who is %s has no address in it', (_, before, after, changes) => {
    expect(auditedChanges(before, after)).toEqual(changes)
  })
})
