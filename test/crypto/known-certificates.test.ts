import { expect, it } from 'vitest'
import { knownCertificates } from '../../src/crypto/known-certificates.ts'
import { secretVerifiers } from '../../src/crypto/secret-verifiers.ts'
import { type CertificateMaterial, sealedCertificate } from '../../src/domain/certificate.ts'
import type { StoredCertificate } from '../../src/domain/credential.ts'
import { NOW } from '../domain/arbitraries.ts'
import { rings } from './rings.ts'

const MATERIAL = { by: 'san_dns', name: 'a.example' } as const
const verifiers = secretVerifiers(rings.before)

async function stored(fields: Partial<StoredCertificate> = {}): Promise<StoredCertificate> {
  const text = sealedCertificate('client_1', 'cert_1', MATERIAL)
  const verifier = await verifiers.make('cert_1', text)
  return { certificateId: 'cert_1', material: MATERIAL, expiresAt: null, verifier, ...fields }
}

function memoryOf(rows: StoredCertificate[]) {
  const asked: string[] = []
  const certificatesOf = async (clientId: string) => {
    asked.push(clientId)
    return rows
  }
  return { memory: knownCertificates({ certificatesOf }, verifiers), asked }
}

it('remembers the certificates of a client for a minute, unless it is asked afresh', async () => {
  const { memory, asked } = memoryOf([await stored()])
  const known = [{ certificateId: 'cert_1', material: MATERIAL, expiresAt: null }]
  expect(await memory.of('client_1', NOW)).toEqual({ known, isFresh: true })
  expect(await memory.of('client_1', NOW + 59)).toEqual({ known, isFresh: false })
  expect(asked).toHaveLength(1)
  expect(await memory.of('client_1', NOW + 59, 'afresh')).toEqual({ known, isFresh: true })
  expect(await memory.of('client_1', NOW + 118)).toMatchObject({ isFresh: false })
  expect(await memory.of('client_1', NOW + 119)).toMatchObject({ isFresh: true })
  expect(await memory.of('client_1', NOW)).toMatchObject({ isFresh: true })
})

it('remembers nothing of a client without certificates', async () => {
  const { memory, asked } = memoryOf([])
  for (const _ of [1, 2]) {
    expect(await memory.of('client_1', NOW)).toEqual({ known: [], isFresh: true })
  }
  expect(asked).toHaveLength(2)
})

it('forgets those that are gone', async () => {
  const rows = [await stored()]
  const { memory } = memoryOf(rows)
  await memory.of('client_1', NOW)
  rows.length = 0
  await memory.of('client_1', NOW + 1, 'afresh')
  expect(await memory.of('client_1', NOW + 2)).toEqual({ known: [], isFresh: false })
})

const PLANTED: [string, Partial<StoredCertificate>][] = [
  ['another name', { material: { by: 'san_dns', name: 'b.example' } }],
  ['another kind of name', { material: { by: 'san_uri', name: 'a.example' } }],
  ['a thumbprint', { material: { by: 'thumbprint', thumbprint: 'a.example', subject: '' } }],
  ['another id', { certificateId: 'cert_2' }],
  ['no hash', { verifier: { keyId: 'cert_1', digest: '', pepperVersion: '1' } }],
]

it.each(PLANTED)('leaves out a row with %s, which this server did not write', async (_, fields) => {
  const { memory } = memoryOf([await stored(fields), await stored()])
  expect((await memory.of('client_1', NOW)).known).toHaveLength(1)
})

it('leaves out the row of another client', async () => {
  const { memory } = memoryOf([await stored()])
  expect((await memory.of('client_2', NOW)).known).toEqual([])
})

it('seals what is shown too', () => {
  const seal = (material: CertificateMaterial) => sealedCertificate('client_1', 'cert_1', material)
  const exact = { by: 'thumbprint', thumbprint: 'a' } as const
  expect(seal({ ...exact, subject: 'CN=a' })).not.toBe(seal({ ...exact, subject: 'CN=b' }))
})
