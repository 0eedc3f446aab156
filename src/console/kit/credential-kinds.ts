import type { StoredKind } from '../../domain/credential.ts'
import { countedInWords } from '../../domain/count.ts'

const WORDS: Record<StoredKind, string> = {
  secret: 'secret',
  public_key: 'public key',
  jwks_uri: 'JWKS URL',
  certificate: 'certificate',
  federated_credential: 'federated credential',
}

/** `2 secrets, 1 JWKS URL`: how many there are of each kind that there is. */
export function countedByKind(credentials: { kind: StoredKind }[]): string {
  const kinds = [...new Set(credentials.map(({ kind }) => kind))]
  const count = (kind: StoredKind) => credentials.filter((one) => one.kind === kind).length
  return kinds.map((kind) => countedInWords(count(kind), WORDS[kind])).join(', ')
}
