import { type Client, visibleSecrets } from '../../domain/client.ts'
import { type Attention, attentionOf } from '../../domain/status.ts'
import type { Seconds } from '../../domain/time.ts'
import { workloadName } from '../kit/condition-words.ts'
import { expiryInWords } from '../kit/words.ts'
import { certificateName } from './certificate-words.ts'
import { keyName } from './key-name.ts'
import { secretName } from '../kit/secret-name.ts'

/** Why a person should look at the client. */
export function reasonsInWords(client: Client, now: Seconds): string[] {
  const names = credentialNames(client, now)
  return attentionOf(client, now).map((attention) => attentionInWords(attention, names, now))
}

/** The same for one line of a table, where the names of credentials would leave no room for the rest. */
export function shortReasons(client: Client, now: Seconds): string[] {
  const reasons = attentionOf(client, now).map((attention) =>
    attention.expiresAt === undefined
      ? attentionInWords(attention, new Map(), now)
      : expiryInWords(attention.expiresAt, now),
  )
  return [...new Set(reasons)]
}

/** Names each credential as people tell them apart. */
function credentialNames(client: Client, now: Seconds): Map<string, string> {
  const secrets = visibleSecrets(client, now).map((one) => [
    one.secretId,
    `Secret ${secretName(one)}`,
  ])
  const keys = client.publicKeys.map((key) => [key.keyId, `Public key ${keyName(key)}`])
  const rules = client.federatedCredentials.map((rule) => [
    rule.credentialId,
    `Federated credential ${workloadName(rule)}`,
  ])
  const certificates = client.certificates.map((one) => [
    one.certificateId,
    `Certificate ${certificateName(one)}`,
  ])
  return new Map([...secrets, ...keys, ...rules, ...certificates] as [string, string][])
}

function attentionInWords(attention: Attention, names: Map<string, string>, now: Seconds): string {
  const { reason, secretId, keyId, federatedCredentialId: ruleId, certificateId } = attention
  if (reason === 'no_permissions') return 'No permissions'
  if (reason === 'keys_unreachable') return 'The keys at its JWKS URL couldn’t be read'
  if (reason === 'no_credentials') return 'No credentials'
  const name = names.get(secretId ?? keyId ?? ruleId ?? certificateId ?? '')
  return `${name} ${expiryInWords(attention.expiresAt ?? 0, now)}`
}
