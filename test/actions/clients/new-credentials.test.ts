import { describe, expect, it } from 'vitest'
import { createCertificate } from '../../../src/actions/clients/create-certificate.ts'
import { createFederatedCredential } from '../../../src/actions/clients/create-federated-credential.ts'
import { createPublicKey } from '../../../src/actions/clients/create-public-key.ts'
import type { Client } from '../../../src/domain/client.ts'
import { isoTime } from '../../../src/domain/time.ts'
import { aCertificate, aClient, aPublicKey, NOW, publishing } from '../../domain/arbitraries.ts'
import { anIssuer } from '../federation/issuers.ts'
import { memoryClients } from '../memory-clients.ts'
import { BOOTSTRAP, CLIENT_ID, REQUEST } from '../one-client.ts'

const OF_CLIENT = { ...REQUEST, clientId: CLIENT_ID }
const many = <T>(count: number, make: (name: string) => T) =>
  Array.from({ length: count }, (_, i) => make(`${i}`))
const conflict = (message: string) => ({ code: 'conflict', message })
const invalid = (field: string, detail: string) => ({
  code: 'invalid_fields',
  extras: { fields: [{ field, detail }] },
})
const lasting = (expiresAt: number | null) => ({
  label: 'CI',
  createdAt: NOW,
  createdBy: 'bootstrap',
  expiresAt,
  lastUsedAt: null,
  remind: true,
  remindedAt: null,
  reminderError: null,
})

/** Returns the client as it was and as it is written, and the events. */
function outcome({ written, events }: ReturnType<typeof memoryClients>) {
  const { before, after } = written()
  const told = events.map(({ action, actor, target, changes }) => [action, actor, target, changes])
  return { before, after, told }
}

describe('a public key that is added', () => {
  const { algorithm, jwk } = aPublicKey()
  const given = { kid: 'kid_n', algorithm, jwk, thumbprint: 'thumbprint_n' }
  const input = { key: { jwk: {} }, label: 'CI' }

  function aServer(fields: Partial<Client>, read: unknown = given) {
    const memory = memoryClients({ clients: [aClient(fields)] })
    const deps = { ...memory.deps, publicKeyReader: { read: async () => read } } as never
    return { memory, add: (more = {}) => createPublicKey(deps, OF_CLIENT, { ...input, ...more }) }
  }

  it('is written beside the others, sealed, and told of', async () => {
    const known = many(4, (i) => aPublicKey({ keyId: i, kid: `kid_${i}`, thumbprint: i }))
    const { memory, add } = aServer({ publicKeys: known })
    const { client, key } = await add({ replay: 'until_end' })
    const keyId = expect.stringMatching(/^key_\w{16}$/)
    const verifier = expect.objectContaining({ keyId: key.keyId })
    expect(key).toEqual({ ...given, replay: 'until_end', keyId, verifier, ...lasting(null) })
    const { after, told } = outcome(memory)
    expect(after.publicKeys).toEqual([...known, key])
    expect(client.publicKeys).toEqual(after.publicKeys)
    const target = { type: 'public_key', id: key.keyId }
    const changes = expect.objectContaining({ kid: { from: null, to: 'kid_n' } })
    expect(told).toEqual([['public_key.created', BOOTSTRAP, target, changes]])
    expect((await aServer({}).add()).key.replay).toBe('once')
  })

  it('is refused where it is none, is known, is one too many, or the client publishes its keys', async () => {
    const { memory, add } = aServer({ publicKeys: [aPublicKey()] }, 'has no kty')
    await expect(add()).rejects.toMatchObject(invalid('jwk', 'has no kty'))
    await expect(add({ key: { pem: '' } })).rejects.toMatchObject(invalid('pem', 'has no kty'))
    expect(memory.commits).toEqual([])
    const withKeys = (...keys: Parameters<typeof aPublicKey>[0][]) =>
      aServer({ publicKeys: keys.map(aPublicKey) }).add()
    await expect(withKeys({}, { thumbprint: 'thumbprint_n' })).rejects.toMatchObject(
      conflict('The client already has this key.'),
    )
    await expect(withKeys({}, { kid: 'kid_n' })).rejects.toMatchObject(
      conflict('The client has another key with this kid.'),
    )
    expect((await withKeys(...many(9, () => ({})))).client.publicKeys).toHaveLength(10)
    await expect(withKeys(...many(10, () => ({})))).rejects.toMatchObject(
      conflict('A client has at most 10 public keys: delete one.'),
    )
    await expect(aServer(publishing()).add()).rejects.toMatchObject(
      conflict('The client publishes its keys: set its jwks_uri to null first.'),
    )
  })
})

describe('a certificate that is added', () => {
  const read = {
    thumbprint: 'thumbprint_n',
    names: { subject_dn: ['CN=export'] },
    notAfter: NOW + 60,
  }
  const named = { given: { by: 'san_dns', name: 'New.example' } as const, label: 'CI' }
  const exact = { given: { pem: 'pem' }, label: 'CI' }

  function aServer(certificates = [aCertificate()], pem: unknown = read) {
    const memory = memoryClients({ clients: [aClient({ certificates })] })
    const certificateReader = {
      readPem: async () => pem,
      readName: (_by: string, name: string) =>
        name === '' ? { problem: 'is empty' } : { name: name.toLowerCase() },
    }
    const deps = { ...memory.deps, certificateReader } as never
    const add = (input: Parameters<typeof createCertificate>[2]) =>
      createCertificate(deps, OF_CLIENT, input)
    return { memory, add }
  }

  it('by a name is written beside the others, sealed, and told of', async () => {
    const { memory, add } = aServer()
    const { client, certificate } = await add(named)
    const { certificateId } = certificate
    expect(certificate).toEqual({
      certificateId: expect.stringMatching(/^cert_\w{16}$/),
      material: { by: 'san_dns', name: 'new.example' },
      verifier: expect.objectContaining({ keyId: certificateId }),
      ...lasting(null),
    })
    const { after, told } = outcome(memory)
    expect(after.certificates).toEqual([aCertificate(), certificate])
    expect(client.certificates).toEqual(after.certificates)
    const target = { type: 'certificate', id: certificateId }
    const changes = expect.objectContaining({ san_dns: { from: null, to: 'new.example' } })
    expect(told).toEqual([['certificate.created', BOOTSTRAP, target, changes]])
  })

  it('itself ends as it says itself', async () => {
    const { certificate } = await aServer().add(exact)
    expect(certificate).toMatchObject({
      material: { by: 'thumbprint', thumbprint: 'thumbprint_n', subject: 'CN=export' },
      expiresAt: NOW + 60,
    })
    const nameless = { ...read, names: { subject_dn: [] } }
    const { certificate: other } = await aServer([], nameless).add(exact)
    expect(other.material).toMatchObject({ subject: '' })
  })

  it('is refused where it cannot be read, has ended, is known, or is one too many', async () => {
    const { memory, add } = aServer([], 'is no certificate')
    await expect(add(exact)).rejects.toMatchObject(invalid('pem', 'is no certificate'))
    await expect(add({ given: { by: 'san_dns', name: '' }, label: 'CI' })).rejects.toMatchObject(
      invalid('san_dns', 'is empty'),
    )
    expect(memory.commits).toEqual([])
    const ended = aServer([], { ...read, notAfter: NOW })
    await expect(ended.add(exact)).rejects.toMatchObject(invalid('pem', 'has expired'))
    const twice = aServer().add({ ...exact, expiresOn: isoTime(NOW).slice(0, 10) })
    await expect(twice).rejects.toMatchObject(
      invalid('expires_on', 'must not be sent beside pem: the certificate has its own end'),
    )
    const known = aServer([aCertificate({ material: { by: 'san_dns', name: 'new.example' } })])
    await expect(known.add(named)).rejects.toMatchObject(
      conflict('The client already has this certificate.'),
    )
    const uri = aServer([aCertificate({ material: { by: 'san_uri', name: 'new.example' } })])
    expect((await uri.add(named)).certificate.material).toMatchObject({ by: 'san_dns' })
    const count = (n: number) =>
      aServer(many(n, (name) => aCertificate({ material: { by: 'san_dns', name } }))).add(named)
    expect((await count(9)).client.certificates).toHaveLength(10)
    await expect(count(10)).rejects.toMatchObject(
      conflict('A client has at most 10 certificates: delete one.'),
    )
  })
})

describe('a rule that is added', () => {
  const input = { issuerId: 'iss_ci', subject: 'job', label: 'CI' }

  function aServer(federatedCredentials: Client['federatedCredentials'] = [], preset = 'custom') {
    const memory = memoryClients({ clients: [aClient({ federatedCredentials })] })
    const issuer = anIssuer({ preset: preset as never })
    const issuers = { find: async (id: string) => (id === 'iss_ci' ? issuer : null) }
    const deps = { ...memory.deps, issuers } as never
    const add = (more = {}) => createFederatedCredential(deps, OF_CLIENT, { ...input, ...more })
    return { memory, add }
  }
  const terms = { issuerId: 'iss_ci', subject: 'job', claims: {}, tokenLifetime: 3600 }

  it('is written beside the others, sealed, and told of', async () => {
    const { memory, add } = aServer()
    const { credential, client } = await add()
    const { credentialId } = credential
    expect(credential).toEqual({
      ...terms,
      credentialId: expect.stringMatching(/^fed_\w{16}$/),
      verifier: expect.objectContaining({ keyId: credentialId }),
      ...lasting(null),
    })
    const { after, told } = outcome(memory)
    expect([after.federatedCredentials, client.federatedCredentials]).toEqual([
      [credential],
      [credential],
    ])
    const target = { type: 'federated_credential', id: credentialId }
    const changes = expect.objectContaining({ issuer_id: { from: null, to: 'iss_ci' } })
    expect(told).toEqual([['federated_credential.created', BOOTSTRAP, target, changes]])
    const claims = { ref: 'main' }
    const by = aServer([credential]).add({ subject: undefined, claims, tokenLifetime: 60 })
    expect((await by).credential).toMatchObject({ subject: null, claims, tokenLifetime: 60 })
  })

  it('is refused where it would let in everyone, its issuer is unknown, it is known, or one too many', async () => {
    const { memory, add } = aServer()
    await expect(add({ issuerId: 'none' })).rejects.toMatchObject(
      invalid('issuer_id', 'is not a registered issuer'),
    )
    await expect(add({ subject: undefined })).rejects.toMatchObject(
      invalid(
        'subject',
        'must be sent if there are no claims: an empty rule would accept every token of the issuer',
      ),
    )
    expect(memory.commits).toEqual([])
    const pinned = expect.stringMatching(/^must pin repository_id/)
    const github = aServer([], 'github')
    await expect(github.add()).rejects.toMatchObject(invalid('subject', pinned))
    const byClaims = { subject: undefined, claims: { ref: 'main' } }
    await expect(github.add(byClaims)).rejects.toMatchObject(invalid('claims', pinned))
    const { credential } = await add()
    await expect(aServer([credential]).add({ tokenLifetime: 60 })).rejects.toMatchObject(
      conflict('The client already has a rule with these conditions.'),
    )
    const count = (n: number) => aServer(many(n, (subject) => ({ ...credential, subject }))).add()
    expect((await count(19)).client.federatedCredentials).toHaveLength(20)
    await expect(count(20)).rejects.toMatchObject(
      conflict('A client has at most 20 federated credentials: delete one.'),
    )
  })
})
