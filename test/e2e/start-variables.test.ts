import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkVars } from '../../scripts/check-vars.ts'
import { readVars, VARIABLES } from '../../scripts/dev-vars.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')

/** They come from `wrangler.toml`, as no variable does. */
const BINDINGS = new Set(['AUDIT_BUCKET', 'DB', 'DENYLIST', 'GATES', 'METRICS'])

const KEY = '1:a-key-of-the-tests-that-protects-nothing'
const RIGHT = {
  ISSUER: 'http://localhost:8787',
  PEPPER: KEY,
  WRAPPING_KEY: KEY,
  AUDIT_KEY: KEY,
  COOKIE_KEY: KEY,
}

it('npm start hands on each variable that is documented, and no other', () => {
  const firstCells = page.match(/^\|[^|]*\|/gm) ?? []
  const named = firstCells.flatMap((cell) => cell.match(/(?<=`)[A-Z][A-Z_]+(?=`)/g) ?? [])
  const variables = new Set(named.filter((name) => !BINDINGS.has(name)))
  expect(new Set(VARIABLES)).toEqual(variables)
  expect(VARIABLES).toHaveLength(variables.size)
  const set = Object.fromEntries(VARIABLES.map((name) => [name, `value of ${name}`]))
  expect(readVars('/no/file', { ...set, HOME: '/home' })).toEqual(set)
})

describe('a wrong variable stops the start', () => {
  it.each([
    ['STATUS_LISTS', 'maybe', 'STATUS_LISTS must be true or false'],
    ['SECURITY_EVENTS', 'maybe', 'SECURITY_EVENTS must be true or false'],
    ['AUDIT_CHECKPOINT_EVENTS', 'maybe', 'AUDIT_CHECKPOINT_EVENTS must be true or false'],
    ['AUDIT_CHECKPOINT_MAIL', 'ada', 'AUDIT_CHECKPOINT_MAIL must be one address'],
    ['MTLS_HOST', 'https://mtls.example.com', 'mtlsHost must be only a host'],
    ['CLIENT_CERTIFICATE_PROXY_SECRET', 'short', 'CLIENT_CERTIFICATE_PROXY_SECRET is too short'],
    ['GATE_LEASE_SECONDS', '61', 'GATE_LEASE_SECONDS must be a whole number of seconds'],
    ['SIGNING_KEY_DAYS', '0', 'SIGNING_KEY_DAYS must be'],
  ])('%s is %s', (name, value, message) => {
    expect(checkVars(RIGHT)).toBe(RIGHT)
    expect(() => checkVars({ ...RIGHT, [name]: value })).toThrow(message)
  })
})
