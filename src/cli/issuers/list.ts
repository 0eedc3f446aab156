import type { IssuerBody } from '../api-types.ts'
import { action } from '../command.ts'
import { listAll } from '../noun-actions.ts'
import { ISSUERS } from './noun.ts'

const COLUMNS = {
  head: ['ISSUER ID', 'NAME', 'PLATFORM', 'ISSUER', 'KEYS'],
  row: rowOf,
  elastic: 'ISSUER',
}

export const list = action('list', 'List the trusted issuers', {}, ({ json }) =>
  listAll(ISSUERS, COLUMNS, json),
)

function rowOf({ issuer_id: id, name, preset, issuer, jwks_uri: uri, jwks }: IssuerBody): string[] {
  const keys = jwks === null ? 'by discovery' : `uploaded (${jwks.keys.length})`
  return [id, name, preset, issuer, uri ?? keys]
}
