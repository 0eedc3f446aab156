import { type Ending, soonestEnd as soonestOf } from '../../domain/credentials-of.ts'
import type { AttentionReason } from '../../domain/status.ts'
import { isoTime } from '../../domain/time.ts'
import type { Colour, Part } from '../terminal.ts'
import { fromNow } from '../times.ts'
import type { AttentionBody, ClientBody, SecretBody } from '../api-types.ts'

const STATUS_WORDS: Record<string, { text: string; colour: Colour }> = {
  suspended: { text: 'Suspended', colour: 'red' },
  expired: { text: 'Expired', colour: 'yellow' },
  needs_attention: { text: 'Needs attention', colour: 'yellow' },
  available: { text: 'Available', colour: 'green' },
}

export function statusCell({ status }: Pick<ClientBody, 'status'>): Part {
  return STATUS_WORDS[status] ?? status
}

/** When a secret stops working: at its expiry, or earlier if it is retired. */
export function endOf({ expires_at: expires, retires_at: retires }: SecretBody): string {
  return retires !== null && retires < expires ? retires : expires
}

/**
 * The first end among working credentials; if none works, the last end; null if none ends. A secret
 * being retired is meant to end: it counts only if there is nothing else.
 */
export function soonestEnd(client: ClientBody): string | null {
  const all = credentialsOf(client)
  const kept = all.filter(({ retiresAt }) => retiresAt === null)
  const end = soonestOf(kept.length > 0 ? kept : all, Date.now() / 1000)
  return end === null ? null : isoTime(end)
}

/** When the client gets no more tokens unless someone acts. */
export function endInWords(client: ClientBody): string {
  const end = soonestEnd(client)
  if (end !== null) return distanceInWords(end)
  return credentialsOf(client).length > 0 ? 'never' : 'no credential'
}

/** All that it proves itself with, with when each ends; published keys do not. */
export function credentialsOf(client: ClientBody): Ending[] {
  const { secrets, keys = [], certificates = [], federated_credentials: rules = [] } = client
  const lasting = [...keys, ...certificates, ...rules].map(({ expires_at: end }) => end)
  return [
    ...secrets.map(({ expires_at: end, retires_at: retires }) => ({
      expiresAt: secondsOf(end),
      retiresAt: secondsOf(retires),
    })),
    ...[...lasting, ...(client.jwks_uri ? [null] : [])].map((end) => ({
      expiresAt: secondsOf(end),
      retiresAt: null,
    })),
  ]
}

const secondsOf = (time: string | null) => (time === null ? null : Date.parse(time) / 1000)

export function distanceInWords(time: string): string {
  return fromNow(Date.parse(time) / 1000)
}

export function dayInWords(time: string): string {
  return `${time.slice(0, 10)} (${distanceInWords(time)})`
}

const REASONS: Record<string, string> = {
  secret_expired: 'a secret has expired',
  secret_expiring: 'a secret expires soon',
  no_permissions: 'it has no permission',
  key_expired: 'a public key has expired',
  key_expiring: 'a public key expires soon',
  federated_credential_expired: 'a federated credential has expired',
  federated_credential_expiring: 'a federated credential expires soon',
  keys_unreachable: 'the keys that it publishes could not be read',
  certificate_expired: 'a certificate has expired',
  certificate_expiring: 'a certificate expires soon',
  no_credentials: 'it has no credential',
} satisfies Record<AttentionReason, string>

export function attentionInWords({ reason, expires_at: at }: AttentionBody): string {
  return (REASONS[reason] ?? reason) + (at === undefined ? '' : `: ${dayInWords(at)}`)
}
