import { openAdmin } from '../admin.ts'
import type { IssuerBody } from '../api-types.ts'
import { action } from '../command.ts'
import { readPages } from '../pages.ts'
import { printTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'

const ALL = { limit: undefined, all: true, progress: false }
const HEAD = ['ISSUER ID', 'NAME', 'PLATFORM', 'ISSUER', 'KEYS']

export const list = action('list', 'List the trusted issuers', {}, async ({ json }) => {
  const { items } = await readPages<IssuerBody>(await openAdmin(), '/issuers', {}, ALL, 'issuers')
  if (json) return printJson(items)
  if (items.length === 0) return print('No trusted issuers.')
  printTable(HEAD, items.map(rowOf), HEAD.indexOf('ISSUER'))
})

function rowOf({ issuer_id: id, name, preset, issuer, jwks_uri: uri, jwks }: IssuerBody): string[] {
  const keys = jwks === null ? 'by discovery' : `uploaded (${jwks.keys.length})`
  return [id, name, preset, issuer, uri ?? keys]
}
