import * as fc from 'fast-check'
import { BASE62 } from '../../src/domain/base62.ts'
import type { Certificate } from '../../src/domain/certificate.ts'
import type { Client } from '../../src/domain/client.ts'
import { Refusal } from '../../src/domain/errors.ts'
import type { RefusalCode } from '../../src/domain/refusal-reasons.ts'
import type { Permission } from '../../src/domain/permission.ts'
import type { PublicKey } from '../../src/domain/public-key.ts'
import type { Secret } from '../../src/domain/secret.ts'
import { DAY, MINUTE, type Seconds } from '../../src/domain/time.ts'

/** One seed for all: a run that fails fails again. */
export const RUNS = { seed: 20_261_122, numRuns: 200 }

/** 2027-01-15T08:00:00Z: when every test takes place that says nothing else. */
export const NOW: Seconds = 1_800_000_000

export const ISSUER = 'https://auth.example'
export const READ: Permission = { audience: 'https://api.example.com', permission: 'invoices:read' }

export function aSecret(fields: Partial<Secret> = {}): Secret {
  return {
    secretId: 'secret_1',
    hint: 'a1b2',
    label: '',
    verifier: { keyId: '0123456789AB', digest: 'digest', pepperVersion: '1' },
    createdAt: NOW - 100 * DAY,
    createdBy: 'bootstrap',
    expiresAt: NOW + 90 * DAY,
    retiresAt: null,
    lastUsedAt: null,
    firstUsedAt: null,
    retireOthersIn: null,
    graceAt: null,
    remind: true,
    remindedAt: null,
    reminderError: null,
    ...fields,
  }
}

/** One that does not expire, and whose assertions are accepted once. */
export function aPublicKey(fields: Partial<PublicKey> = {}): PublicKey {
  return {
    keyId: 'key_1',
    kid: 'kid_1',
    algorithm: 'ES256',
    jwk: { crv: 'P-256', kty: 'EC', x: 'x', y: 'y' },
    thumbprint: 'thumbprint_1',
    replay: 'once',
    verifier: { keyId: 'key_1', digest: 'digest', pepperVersion: '1' },
    label: 'CI runner',
    createdAt: NOW - 100 * DAY,
    createdBy: 'bootstrap',
    expiresAt: null,
    lastUsedAt: null,
    remind: true,
    remindedAt: null,
    reminderError: null,
    ...fields,
  }
}

/** One that a CA issued, without an end. */
export function aCertificate(fields: Partial<Certificate> = {}): Certificate {
  return {
    certificateId: 'cert_1',
    material: { by: 'san_dns', name: 'client.example' },
    verifier: { keyId: 'cert_1', digest: 'digest', pepperVersion: '1' },
    label: 'Export server',
    createdAt: NOW - 100 * DAY,
    createdBy: 'bootstrap',
    expiresAt: null,
    lastUsedAt: null,
    remind: true,
    remindedAt: null,
    reminderError: null,
    ...fields,
  }
}

/** A client that nothing is wrong with. */
export function aClient(fields: Partial<Client> = {}): Client {
  return {
    clientId: 'client_1',
    name: 'Nightly billing export',
    description: '',
    createdAt: NOW - 100 * DAY,
    createdBy: 'bootstrap',
    updatedAt: NOW - 100 * DAY,
    version: 1,
    suspension: null,
    generation: 0,
    tokensValidFrom: null,
    denylistVersion: 0,
    accessTokenLifetime: 43_200,
    allowSelfRotation: false,
    tags: [],
    contacts: [],
    assertionAudience: 'issuer',
    profile: null,
    requireDpop: false,
    bindToCertificate: false,
    boundSince: null,
    jwksUri: null,
    lastTokenAt: null,
    lastUsedAt: null,
    secrets: [aSecret()],
    publicKeys: [],
    federatedCredentials: [],
    publishedKeys: null,
    certificates: [],
    roles: [],
    permissions: [READ],
    access: [READ],
    propagation: 'complete',
    ...fields,
  }
}

/** The keys that a client publishes, and where. */
export function publishing(keyId = 'jwks_1'): Pick<Client, 'jwksUri' | 'publishedKeys'> {
  const jwksUri = 'https://publisher.example/jwks.json'
  const verifier = { keyId, digest: 'digest', pepperVersion: '1' }
  const made = { createdAt: NOW, createdBy: 'bootstrap', lastUsedAt: null, readError: null }
  return { jwksUri, publishedKeys: { keyId, jwksUri, verifier, ...made } }
}

/** Base62 text of one length. */
export const base62Text = (length: number) =>
  fc.string({ unit: fc.constantFrom(...BASE62), minLength: length, maxLength: length })

/** Spans of time around those at which a rule may turn, so that random cases meet the turns too. */
export const span: fc.Arbitrary<Seconds> = fc
  .tuple(
    fc.constantFrom(0, MINUTE, DAY, 14 * DAY, 30 * DAY, 100 * DAY),
    fc.constantFrom(-1, 1),
    fc.integer({ min: -1, max: 1 }),
  )
  .map(([size, way, off]) => size * way + off)

/** Secrets in every phase of life, seen from `at`; a retiring one ends no later than it expires. */
export const secretsAround = (at: Seconds): fc.Arbitrary<Secret[]> =>
  fc
    .array(fc.record({ expires: span, retires: fc.option(span), remind: fc.boolean() }), {
      maxLength: 4,
    })
    .map((list) =>
      list.map(({ expires, retires, remind }, i) => {
        const expiresAt = at + expires
        const retiresAt = retires === null ? null : Math.min(at + retires, expiresAt)
        return aSecret({
          secretId: `secret_${i}`,
          createdAt: at - 800 * DAY,
          expiresAt,
          retiresAt,
          remind,
        })
      }),
    )

/** Public keys in every phase of life, seen from `at`; some do not expire. */
export const publicKeysAround = (at: Seconds): fc.Arbitrary<PublicKey[]> =>
  fc
    .array(fc.record({ expires: fc.option(span), remind: fc.boolean() }), { maxLength: 3 })
    .map((list) =>
      list.map(({ expires, remind }, i) => {
        const expiresAt = expires === null ? null : at + expires
        return aPublicKey({ keyId: `key_${i}`, createdAt: at - 800 * DAY, expiresAt, remind })
      }),
    )

/** Clients in every state that the rule of status tells apart, seen from `at`. */
export const clientAround = (at: Seconds): fc.Arbitrary<Client> =>
  fc
    .record({
      secrets: secretsAround(at),
      publicKeys: fc.oneof(fc.constant<PublicKey[]>([]), publicKeysAround(at)),
      suspension: fc.option(fc.constant({ at: at - DAY, reason: null }), { freq: 3 }),
      access: fc.constantFrom<Permission[]>([], [READ], [READ]),
    })
    .map((fields) => aClient({ ...fields, permissions: fields.access }))

/**
 * The code with which `act` is refused, null if it is not. Anything else that it throws escapes.
 */
export function refusalOf(act: () => unknown): RefusalCode | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

/** Every proper prefix of a text, the empty one among them. */
export function properPrefixes(text: string): string[] {
  return Array.from({ length: text.length }, (_, end) => text.slice(0, end))
}
