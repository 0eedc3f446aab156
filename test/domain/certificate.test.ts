import { describe, expect, it } from 'vitest'
import { isRecognised, type ReadCertificate } from '../../src/domain/certificate.ts'
import { newestToRemindOf } from '../support/reminders.ts'
import { attentionOf, statusOf } from '../../src/domain/status.ts'
import { DAY, type Seconds, endOfDay } from '../../src/domain/time.ts'
import { aCertificate, aClient, aPublicKey, aSecret, NOW } from './arbitraries.ts'

const LEAD = 14 * DAY
/** The longest time left in which 14 days before have come. */
const DAYS_LEFT = endOfDay(NOW + LEAD) - NOW
const DAYS = [14]
const ending = (expiresAt: Seconds, certificateId = 'cert_1') =>
  aCertificate({ expiresAt, certificateId })
const clientWith = (...certificates: ReturnType<typeof aCertificate>[]) =>
  aClient({ secrets: [], certificates })

describe('the status of a client with certificates alone', () => {
  it.each([
    ['without an end', aCertificate(), 'available', []],
    ['that end later', ending(NOW + LEAD + 1), 'available', []],
    ['that end soon', ending(NOW + LEAD), 'needs_attention', ['certificate_expiring']],
    ['that have ended', ending(NOW), 'expired', ['certificate_expired']],
  ])('follows from those %s', (_, certificate, status, reasons) => {
    const client = clientWith(certificate)
    expect(statusOf(client, NOW)).toBe(status)
    const attention = attentionOf(client, NOW)
    expect(attention.map(({ reason }) => reason)).toEqual(reasons)
    expect(attention.every(({ certificateId }) => certificateId === 'cert_1')).toBe(true)
  })

  it.each([
    ['another certificate', { certificates: [ending(NOW), aCertificate()] }],
    ['a secret', { certificates: [ending(NOW)], secrets: [aSecret()] }],
    ['a key', { certificates: [ending(NOW)], publicKeys: [aPublicKey()] }],
  ])('is not expired while %s works', (_, held) => {
    expect(statusOf(aClient({ secrets: [], ...held }), NOW)).toBe('needs_attention')
  })
})

describe('a reminder of a certificate is due', () => {
  const due = (...certificates: ReturnType<typeof aCertificate>[]) =>
    newestToRemindOf(certificates, clientWith(...certificates), NOW, DAYS)?.certificateId ?? null

  it('of the newest alone, from the lead on and until its end', () => {
    expect(due(ending(NOW + DAYS_LEFT + 1))).toBeNull()
    expect(due(ending(NOW + DAYS_LEFT))).toBe('cert_1')
    expect(due(ending(NOW))).toBeNull()
    expect(due(ending(NOW + DAY), ending(NOW + 99 * DAY, 'cert_2'))).toBeNull()
    expect(due(ending(NOW + 99 * DAY), ending(NOW + DAY, 'cert_2'))).toBe('cert_2')
  })

  it('of none without an end, none that is to be left alone, and none of a suspended client', () => {
    expect(due(aCertificate())).toBeNull()
    expect(due()).toBeNull()
    expect(due(aCertificate({ expiresAt: NOW + DAY, remind: false }))).toBeNull()
    const suspended = aClient({
      certificates: [ending(NOW + DAY)],
      suspension: { at: NOW, reason: null },
    })
    expect(newestToRemindOf(suspended.certificates, suspended, NOW, DAYS)).toBeNull()
  })
})

describe('a presented certificate', () => {
  const read: ReadCertificate = {
    thumbprint: 'a',
    names: { subject_dn: ['CN=a'], san_dns: ['a', 'b'], san_uri: [], san_ip: [], san_email: [] },
    notBefore: NOW,
    notAfter: NOW,
  }
  const exact = { material: { by: 'thumbprint', thumbprint: 'a', subject: 'CN=a' } } as const
  const named = { material: { by: 'san_dns', name: 'b' } } as const

  it('is recognised as itself whoever issued it, and by a name where its CA is trusted', () => {
    expect(isRecognised(exact, read, 'unknown_ca')).toBe(true)
    expect(isRecognised(named, read, 'trusted')).toBe(true)
    expect(isRecognised(named, read, 'unknown_ca')).toBe(false)
  })

  it('is not recognised by another thumbprint, or a name of another type', () => {
    expect(isRecognised(exact, { ...read, thumbprint: 'CN=a' }, 'trusted')).toBe(false)
    const other = { material: { by: 'san_uri', name: 'b' } } as const
    expect(isRecognised(other, read, 'trusted')).toBe(false)
  })
})
