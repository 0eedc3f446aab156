import { PERMISSIONS_MAX } from '../../domain/api.ts'
import { type Json, recordOf, recordsIn, textOf, textsIn } from './json.ts'
import { noteOnce } from './notes.ts'
import {
  addClient,
  addPermission,
  emptyPlan,
  type HeldPermission,
  isSameAccess,
  lifetimeOf,
  type Plan,
} from './plan.ts'
import { descriptionOf, isName, NAME_LIMITS } from './texts.ts'

/** Clients that Keycloak itself has in each realm. */
const OWN_CLIENTS =
  /^(?:account|account-console|admin-cli|broker|realm-management|security-admin-console|.*-realm)$/

/** Realm roles that everyone has. */
const OWN_ROLES = /^(?:default-roles-.*|offline_access|uma_authorization)$/

/** Client scopes that Keycloak itself has in each realm: they carry claims about people. */
const OWN_SCOPES =
  /^(?:acr|address|basic|email|microprofile-jwt|offline_access|organization|phone|profile|role_list|roles|saml_organization|service_account|web-origins)$/

type Realm = { clients: Json[]; users: Json[]; scopes: Json[]; roles: Json; lifespan: unknown }

/** `isMade`: whether the role of that name here is this one. If not, its clients get its permissions. */
type RealmRole = { name: string; permissions: HeldPermission[]; isMade: boolean }

/** Reads the export of a realm: a client with a service account becomes a client here. */
export function planKeycloak(exports: unknown[]): Plan {
  const plan = emptyPlan()
  for (const one of exports.flatMap((each) => (Array.isArray(each) ? each : [each]))) {
    planRealm(plan, readRealm(recordOf(one)))
  }
  return plan
}

function readRealm(realm: Json): Realm {
  return {
    clients: recordsIn(realm['clients']),
    users: recordsIn(realm['users']),
    scopes: recordsIn(realm['clientScopes']),
    roles: recordOf(realm['roles']),
    lifespan: realm['accessTokenLifespan'],
  }
}

function planRealm(plan: Plan, realm: Realm): void {
  for (const [audience, roles] of Object.entries(recordOf(realm.roles['client']))) {
    if (OWN_CLIENTS.test(audience)) continue
    for (const { name, description } of recordsIn(roles)) {
      if (name === 'uma_protection') continue
      addPermission(plan, { audience, permission: textOf(name) }, textOf(description))
    }
  }
  const roles = recordsIn(realm.roles['realm']).flatMap((role) => planRole(plan, role) ?? [])
  for (const client of realm.clients) {
    if (client['serviceAccountsEnabled'] === true) planClient(plan, realm, client, roles)
  }
}

/** A realm role becomes a role here if it is composed of roles of clients; null for any other. */
function planRole(plan: Plan, role: Json): RealmRole | null {
  const name = textOf(role['name'])
  const composites = recordOf(recordOf(role['composites'])['client'])
  const permissions = heldIn(plan, composites)
  if (permissions.length === 0 || OWN_ROLES.test(name)) return null
  const known = plan.roles.find((one) => one.name === name)
  if (known && isSameAccess(known.permissions, permissions)) {
    return { name, permissions, isMade: true }
  }
  const problem = known ? 'is a role of another realm, too' : problemOfRole(name, permissions)
  if (problem !== null) {
    noteOnce(plan, { about: name, detail: `${problem}: its permissions are given one by one` })
    return { name, permissions, isMade: false }
  }
  const description = descriptionOf(plan, name, textOf(role['description']))
  plan.roles.push({ name, description, permissions })
  return { name, permissions, isMade: true }
}

function problemOfRole(name: string, permissions: HeldPermission[]): string | null {
  if (!isName(name)) return `cannot be the name of a role here, which has ${NAME_LIMITS}`
  return permissions.length <= PERMISSIONS_MAX
    ? null
    : `has more than the ${PERMISSIONS_MAX} permissions that a role can have here`
}

/** `{client: [role]}`: the roles of clients as permissions of APIs. */
function heldIn(plan: Plan, byClient: Json): HeldPermission[] {
  return Object.entries(byClient).flatMap(([audience, roles]) =>
    OWN_CLIENTS.test(audience)
      ? []
      : textsIn(roles)
          .filter((permission) => permission !== 'uma_protection')
          .map((permission) => ({ audience, permission }))
          .filter((held) => addPermission(plan, held)),
  )
}

function planClient(plan: Plan, realm: Realm, client: Json, roles: RealmRole[]): void {
  const id = textOf(client['clientId'])
  const problem = whyNot(client)
  if (problem !== null) return void plan.skipped.push({ about: id, detail: problem })
  if (client['standardFlowEnabled'] === true || client['directAccessGrantsEnabled'] === true) {
    noteOnce(plan, { about: id, detail: 'keeps only client_credentials, and signs in no people' })
  }
  const account = recordOf(realm.users.find((user) => user['serviceAccountClientId'] === id))
  const own = Number(recordOf(client['attributes'])['access.token.lifespan'] ?? NaN)
  const lifespan = Number.isFinite(own) && own > 0 ? own : realm.lifespan
  const lifetime = typeof lifespan === 'number' ? lifetimeOf(plan, id, lifespan) : undefined
  const names = textsIn(account['realmRoles'])
  const held = roles.filter(({ name }) => names.includes(name))
  noteRoles(plan, id, names, held)
  addClient(plan, {
    client_id: id,
    client_name: nameIn(client),
    description: textOf(client['description']),
    ...(lifetime !== undefined && { access_token_lifetime: lifetime }),
    roles: held.filter(({ isMade }) => isMade).map(({ name }) => name),
    permissions: unique([
      ...heldIn(plan, recordOf(account['clientRoles'])),
      ...scopesOf(plan, realm, client),
      ...held.flatMap(({ permissions, isMade }) => (isMade ? [] : permissions)),
    ]),
    secret: { text: textOf(client['secret']) },
  })
  noteAdministration(plan, id, recordOf(account['clientRoles']))
}

function whyNot(client: Json): string | null {
  const secret = textOf(client['secret'])
  if (client['enabled'] === false) return 'it is switched off there'
  if ((client['protocol'] ?? 'openid-connect') !== 'openid-connect')
    return 'it is not of OpenID Connect'
  if ((client['clientAuthenticatorType'] ?? 'client-secret') !== 'client-secret') {
    return `it authenticates by ${textOf(client['clientAuthenticatorType'])}: create it, and use portcullis keys add or certificates add`
  }
  if (/^\*+$/.test(secret)) {
    return 'its secret is masked: the export of the console has none. Use kc.sh export'
  }
  if (secret.startsWith('${')) return 'its secret is only a placeholder in the export'
  return secret === '' ? 'the export has no secret of it' : null
}

/** A name such as `${client_account}` is the key of a translation. */
function nameIn({ name, clientId }: Json): string {
  const own = textOf(name)
  return own === '' || own.startsWith('${') ? textOf(clientId) : own
}

/** Roles of its own realm alone: another's of the same name may give more. */
function noteRoles(plan: Plan, id: string, names: string[], held: RealmRole[]): void {
  for (const name of names) {
    if (OWN_ROLES.test(name) || held.some((role) => role.name === name)) continue
    const detail = `has the realm role "${name}", which belongs to no API; give it a permission instead`
    noteOnce(plan, { about: id, detail })
  }
}

/** Scopes of its own with an audience: those of the scope, or else those that the client has. */
function scopesOf(plan: Plan, realm: Realm, client: Json): HeldPermission[] {
  const names = ['defaultClientScopes', 'optionalClientScopes'].flatMap((list) =>
    textsIn(client[list]),
  )
  return names.flatMap((name) => {
    const scope = realm.scopes.find((one) => one['name'] === name)
    if (!scope || OWN_SCOPES.test(name)) return []
    // A scope that is not in the token only adds an audience.
    if (recordOf(scope['attributes'])['include.in.token.scope'] === 'false') return []
    const own = audiencesOf(scope)
    const audiences = own.length > 0 ? own : audiencesOf(client)
    if (audiences.length === 0) {
      const detail = `has the scope "${name}", for which Keycloak names no audience; it is left out`
      noteOnce(plan, { about: textOf(client['clientId']), detail })
    }
    return audiences
      .map((audience) => ({ audience, permission: name }))
      .filter((held) => addPermission(plan, held, textOf(scope['description'])))
  })
}

function audiencesOf(owner: Json): string[] {
  return recordsIn(owner['protocolMappers'])
    .filter((mapper) => mapper['protocolMapper'] === 'oidc-audience-mapper')
    .map((mapper) => recordOf(mapper['config']))
    .map(
      (config) =>
        textOf(config['included.client.audience']) || textOf(config['included.custom.audience']),
    )
    .filter((audience) => audience !== '')
}

function noteAdministration(plan: Plan, id: string, byClient: Json): void {
  const roles = textsIn(byClient['realm-management'])
  if (roles.length === 0) return
  const detail = `administers Keycloak (${roles.join(', ')}), which is left out`
  noteOnce(plan, { about: id, detail })
}

const keyOf = ({ audience, permission }: HeldPermission) => JSON.stringify([audience, permission])

function unique(all: HeldPermission[]): HeldPermission[] {
  return [...new Map(all.map((held) => [keyOf(held), held])).values()]
}
