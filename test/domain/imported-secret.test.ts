import { describe, expect, it } from 'vitest'
import { routesOfTheApp } from '../support/routes.ts'
import { foreignIdProblem, isForeignId } from '../../src/domain/foreign-client.ts'
import { mayBeClientId } from '../../src/domain/gate.ts'
import { importedTextProblem, readPbkdf2 } from '../../src/domain/imported-secret.ts'

const SALT = 'MDEyMzQ1Njc4OWFiY2RlZg'
const DIGEST = 'YH2NJzrh+AsFL10LOzu1IQJuIsLdWbelRlVHSrEdMvM'
const hash = (name = 'sha256', i = '25000', l = '32', salt = SALT, digest = DIGEST) =>
  `$pbkdf2-${name}$i=${i},l=${l}$${salt}$${digest}`

describe('a PBKDF2 hash', () => {
  it('is read as Ory Hydra writes it', () => {
    const read = { iterations: 25_000, salt: SALT, digest: DIGEST }
    expect(readPbkdf2(hash())).toEqual({ ...read, algorithm: 'SHA-256' })
    expect(readPbkdf2(hash('sha512'))).toEqual({ ...read, algorithm: 'SHA-512' })
    expect(readPbkdf2(hash('sha256', '100000'))).toMatchObject({ iterations: 100_000 })
  })

  it.each([
    ['of an algorithm that is too weak', hash('sha1')],
    ['of no iterations', hash('sha256', '0')],
    ['of more iterations than Workers make', hash('sha256', '100001')],
    ['of two blocks of so many', hash('sha256', '50001', '64', SALT, 'A'.repeat(86))],
    ['of another length than it says', hash('sha256', '25000', '33')],
    ['so short that many secrets have it', hash('sha256', '25000', '8', SALT, 'A'.repeat(11))],
    ['with hardly a salt', hash('sha256', '25000', '32', 'AAAA')],
    ['with padding', `${hash()}=`],
    ['with a length that no base64 has', hash('sha256', '25000', '32', `${SALT}AAA`)],
    ['with something behind it', `${hash()}\n`],
    ['by bcrypt', `$2a$10$${'a'.repeat(53)}`],
    ['that is none', 'secret'],
  ])('%s is refused, and not repeated', (_what, text) => {
    const problem = readPbkdf2(text)
    expect(problem).toEqual(expect.any(String))
    expect(problem).not.toContain(DIGEST)
  })
})

describe('the text of a secret', () => {
  it('may be any printable ASCII of 16 to 512 characters', () => {
    for (const text of ['a b%c+d:e"f\'g\\h~i!', 'a'.repeat(16), 'a'.repeat(512)]) {
      expect(importedTextProblem(text)).toBeNull()
    }
    for (const text of ['', 'a'.repeat(15), 'a'.repeat(513), `${'a'.repeat(16)}\n`]) {
      expect(importedTextProblem(text)).toEqual(expect.any(String))
    }
  })

  it('is said to be guessable only where it is too short', () => {
    const length = 'must have 16 to 512 characters'
    expect(importedTextProblem('a'.repeat(15))).toBe(`${length}: a shorter one can be guessed`)
    expect(importedTextProblem('a'.repeat(513))).toBe(length)
  })
})

describe('the id of another server', () => {
  it('may be one of Auth0, Keycloak or Ory Hydra', () => {
    for (const id of ['AaiyAPdpYdesoKnqjj8HJqRn4T5titww', 'orders-service', 'urn:acme:a@b.c_d']) {
      expect(foreignIdProblem(id)).toBeNull()
    }
    expect(foreignIdProblem('0938dd90-cf43-4d3d-85aa-966788fb6a36')).toBeNull()
  })

  it('is no name by which the audit log tells of the server, and not like an id that is made here', () => {
    for (const id of ['bootstrap', 'portcullis', 'system']) {
      expect(foreignIdProblem(id)).toBe('is reserved: the audit log uses it for this server itself')
    }
    const made = ['administrator', 'api', 'role', 'secret', 'incident', 'stream']
    for (const id of made.flatMap((kind) =>
      [16, 22].map((n) => `${kind}_${'a9Z'.repeat(8).slice(0, n)}`),
    )) {
      expect(foreignIdProblem(id)).toBe('must not look like an id that this server makes')
      expect(isForeignId(id)).toBe(true)
    }
    for (const id of [
      'api_gateway',
      'role_',
      'apis_abcdefghijklmnopqrstuv',
      'Bootstrap',
      'system-1',
    ]) {
      expect(foreignIdProblem(id)).toBeNull()
    }
  })

  it('is taken as before from a client that has one which is refused by now', () => {
    expect(isForeignId('bootstrap')).toBe(true)
    expect(mayBeClientId('bootstrap')).toBe(true)
    expect(isForeignId('bulk')).toBe(false)
    expect(isForeignId('client_1')).toBe(false)
  })

  it('is no word that stands where an id may stand in an address', async () => {
    const words = (await routesOfTheApp()).flatMap((route) => {
      const [, word] = / \/(?:console|admin\/v1)\/clients\/([^/:]+)/.exec(route) ?? []
      return word === undefined ? [] : [word]
    })
    expect(words).toContain('bulk')
    expect(words.filter((word) => foreignIdProblem(word) === null)).toEqual([])
  })
})
