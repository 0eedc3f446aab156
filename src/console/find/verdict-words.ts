import type { Lookup, Match } from '../../actions/lookups/match.ts'

const NAMES: Record<Match['kind'], string> = {
  access_token: 'token',
  client: 'API client',
  signing_key: 'signing key of this server',
  secret: 'secret',
  public_key: 'public key',
  jwks_uri: 'address of public keys',
  federated_credential: 'federated credential',
  certificate: 'certificate',
}

/** Says in a sentence what was found, and whether it works. */
export function verdictInWords(kind: Lookup['kind'], { kind: is, by, works }: Match): string {
  if (is === 'access_token') {
    if (by === 'jti') return 'This token was revoked.'
    return works ? 'This token is active.' : 'This token is not active.'
  }
  if (is === 'client') return 'This is an API client.'
  if (kind === 'secret' && by !== 'whole_secret') return 'This text only begins like a secret.'
  const what = is === 'secret' && by !== 'whole_secret' ? PARTS[by] : `This ${NAMES[is]}`
  return `${what ?? 'This secret'} ${works ? 'works' : 'does not work'}.`
}

/** A secret that was found by a part of it. */
const PARTS: Partial<Record<Match['by'], string>> = {
  key_id: 'The secret that begins like this',
  hint: 'A secret that ends like this',
  credential_id: 'The secret with this ID',
}
