import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { readClient } from '../find-client.ts'
import { labelOf, readAll } from '../noun.ts'
import { ROLES } from '../roles/noun.ts'
import { printFields } from '../table.ts'
import { print, printJson } from '../terminal.ts'
import { timeInWords } from '../times.ts'
import type { ClientBody, RoleBody } from '../api-types.ts'
import { printCertificates } from '../certificates/table.ts'
import { printKeys } from '../keys/table.ts'
import { printWorkloads } from '../workloads/table.ts'
import { clientArgument } from './client-argument.ts'
import { printSecrets } from './secrets/table.ts'
import { settingsOf } from './settings.ts'
import { attentionInWords, statusCell } from './words.ts'

export const show = action('show', 'Show a client', clientArgument, async ({ client, json }) => {
  const admin = await openAdmin()
  const found = await readClient(admin, client)
  if (json) return printJson(found)
  printClient(found, found.roles.length === 0 ? [] : await readAll(admin, ROLES))
})

function printClient(client: ClientBody, roles: RoleBody[]): void {
  const status = statusCell(client)
  printFields([
    ['Name', client.client_name],
    ['Client id', client.client_id],
    ['Status', typeof status === 'string' ? status : status.text],
    ['Attention', client.attention.map(attentionInWords).join('\n') || null],
    ['Suspended', client.suspended_at && suspensionInWords(client.suspended_at, client)],
    ['Propagation', client.propagation === 'pending' ? 'pending' : null],
    ['Permissions', client.permissions.map(permissionLine).join('\n') || 'none of its own'],
    ['Roles', client.roles.map((id) => roleInWords(id, roles)).join('\n') || null],
    ...settingsOf(client),
    ['Tokens bound', client.bound_since ? `since ${timeInWords(client.bound_since)}` : null],
    ['DPoP proof', isServersWish(client) ? 'required by this server' : null],
    ['Last token', client.last_token_at ? timeInWords(client.last_token_at) : 'never'],
    ['Created', `${timeInWords(client.created_at)} by ${creatorInWords(client)}`],
  ])
  printCredentials(client)
}

function isServersWish({ dpop_required: isRequired, require_dpop: isOwn }: ClientBody): boolean {
  return isRequired === true && !isOwn
}

function roleInWords(id: string, roles: RoleBody[]): string {
  const role = roles.find((one) => one.role_id === id)
  return role ? labelOf(ROLES, role) : id
}

function creatorInWords({ created_by: id, ...client }: ClientBody): string {
  const { created_by_name: name = id, created_by_removed: isRemoved } = client
  if (!isRemoved) return name
  return `${name} (${id.startsWith('administrator_') ? 'removed' : 'deleted'})`
}

function printCredentials(client: ClientBody): void {
  const { secrets, keys = [], certificates = [], federated_credentials: rules = [] } = client
  if (secrets.length > 0) {
    print()
    printSecrets(secrets)
  }
  if (keys.length > 0) {
    print()
    printKeys(keys)
  }
  if (certificates.length > 0) {
    print()
    printCertificates(certificates)
  }
  if (rules.length === 0) return
  print()
  printWorkloads(rules)
}

function suspensionInWords(at: string, { suspended_reason: reason }: ClientBody): string {
  return timeInWords(at) + (reason === null ? '' : `: ${reason}`)
}

function permissionLine({ audience, permission }: ClientBody['permissions'][number]): string {
  return `${audience}  ${permission}`
}
