import * as v from 'valibot'
import { ROLES_MAX } from '../actions/access/resolve-access.ts'
import { BULK_ACTIONS, BULK_MAX } from '../actions/clients/change-clients.ts'
import { ADMINISTRATOR_ACCESS } from '../domain/administrator.ts'
import { PERMISSIONS_MAX } from '../domain/api.ts'
import { AUDIENCE_MAX, isAudience } from '../domain/audience.ts'
import { NAME_MAX } from '../domain/client-details.ts'
import { SCOPE_TOKEN } from '../domain/permission.ts'
import { INCIDENT_CLIENTS_MAX } from '../domain/incident.ts'
import { sentSettings, tags } from './client-details.ts'
import { secretFields } from './credential-schemas.ts'
import { description, isPlain, keptDescription, keptName, name } from './text-schemas.ts'

export {
  newCertificateSchema,
  newKeySchema,
  newSecretSchema,
  secretPatchSchema,
} from './credential-schemas.ts'

const LOOKUP_MAX = 20_000

export const searchText = v.pipe(
  v.string(),
  v.maxLength(NAME_MAX * 2, `must have at most ${NAME_MAX * 2} characters`),
  v.check(isPlain, 'must have no control or bidirectional characters'),
)

const scopeToken = v.pipe(
  v.string(),
  v.maxLength(NAME_MAX, `must have at most ${NAME_MAX} characters`),
  v.regex(SCOPE_TOKEN, 'must be a scope value: printable ASCII without space, " and \\'),
)

const AUDIENCE =
  'must be a name such as orders-api, or an absolute URI without a fragment, in printable ASCII without spaces'

const audience = v.pipe(
  v.string(),
  v.maxLength(AUDIENCE_MAX, `must have at most ${AUDIENCE_MAX} characters`),
  v.check(isAudience, AUDIENCE),
)

export const permissionSchema = v.strictObject({ audience: v.string(), permission: v.string() })
const permissions = v.pipe(
  v.array(permissionSchema),
  v.maxLength(PERMISSIONS_MAX, `must have at most ${PERMISSIONS_MAX}`),
)
const roles = v.pipe(v.array(v.string()), v.maxLength(ROLES_MAX, `must have at most ${ROLES_MAX}`))

const clientFields = {
  description: v.optional(description),
  secret: v.optional(v.nullable(v.strictObject(secretFields))),
  ...sentSettings,
}

export const newClientSchema = v.strictObject({
  client_name: name,
  ...clientFields,
  roles: v.optional(roles, []),
  permissions: v.optional(permissions, []),
})

export const duplicateSchema = v.strictObject({
  client_name: v.optional(name),
  ...clientFields,
  roles: v.optional(roles),
  permissions: v.optional(permissions),
})

export const clientPatchSchema = v.strictObject({
  client_name: v.optional(keptName),
  description: v.optional(keptDescription),
  ...sentSettings,
})

/** Replaces everything: an absent list counts as an empty one. */
export const accessSchema = v.strictObject({
  roles: v.optional(roles, []),
  permissions: v.optional(permissions, []),
  apply_to_issued_tokens: v.optional(v.boolean(), false),
})

/** With one right more, as with a replaced access. */
export const givenRightSchema = v.pick(accessSchema, ['apply_to_issued_tokens'])

export const suspensionSchema = v.strictObject({ reason: v.optional(description) })

/** A text that somebody found. */
export const lookupSchema = v.strictObject({
  text: v.pipe(
    v.string(),
    v.maxLength(LOOKUP_MAX, `must have at most ${LOOKUP_MAX} characters`),
    v.check((text) => text.trim() !== '', 'must not be empty'),
  ),
})

/** The measures of an incident: one that is left out is taken. */
export const incidentSchema = v.pipe(
  v.strictObject({
    client_ids: v.pipe(
      v.array(v.string()),
      v.nonEmpty('must name a client'),
      v.maxLength(INCIDENT_CLIENTS_MAX, `must have at most ${INCIDENT_CLIENTS_MAX}`),
    ),
    reason: v.optional(description),
    suspend: v.optional(v.boolean(), true),
    end_secrets: v.optional(v.boolean(), true),
    revoke_tokens: v.optional(v.boolean(), true),
  }),
  v.forward(
    v.check(
      ({ suspend, end_secrets, revoke_tokens }) => suspend || end_secrets || revoke_tokens,
      'must be true where end_secrets and revoke_tokens are false',
    ),
    ['suspend'],
  ),
)

const bulkActionSchema = v.picklist(BULK_ACTIONS)

/** One change of many clients: a tag is added or removed by `tag`, and by nothing else. */
export const bulkSchema = v.pipe(
  v.strictObject({
    action: bulkActionSchema,
    client_ids: v.pipe(
      v.array(v.string()),
      v.minLength(1, 'must name a client'),
      v.maxLength(BULK_MAX, `must have at most ${BULK_MAX}`),
      v.check((list) => new Set(list).size === list.length, 'must name each client once'),
    ),
    reason: v.optional(description),
    add: v.optional(tags),
    remove: v.optional(tags),
  }),
  v.forward(
    v.check(
      ({ action, add, remove }) => action !== 'tag' || Boolean(add?.length || remove?.length),
      'must have a tag, or remove must',
    ),
    ['add'],
  ),
  v.forward(
    v.check(
      ({ action, add, remove }) => action === 'tag' || (add === undefined && remove === undefined),
      'goes only with the action tag',
    ),
    ['add'],
  ),
  v.forward(
    v.check(
      ({ add = [], remove = [] }) => !remove.some((one) => add.includes(one)),
      'must name no tag of add',
    ),
    ['remove'],
  ),
)

/** The name of a permission, and its texts as they are judged where the stored ones are known. */
export const apiPermissionSchema = v.strictObject({
  permission: scopeToken,
  description: v.optional(keptDescription),
  group: v.optional(keptName),
})
export const permissionTextsSchema = v.omit(apiPermissionSchema, ['permission'])

const apiPermissionsWith = (text: v.GenericSchema<string>, group: v.GenericSchema<string>) =>
  v.pipe(
    v.array(
      v.strictObject({
        permission: scopeToken,
        description: v.optional(text),
        group: v.optional(group),
      }),
    ),
    v.maxLength(PERMISSIONS_MAX, `must have at most ${PERMISSIONS_MAX}`),
    v.check(
      (list) => new Set(list.map((p) => p.permission)).size === list.length,
      'must name each permission once',
    ),
  )

export const newApiSchema = v.strictObject({
  audience,
  name,
  permissions: apiPermissionsWith(description, name),
})
/** The fields of a form for an API that exists. */
export const keptApiSchema = v.strictObject({
  audience,
  name: keptName,
  permissions: apiPermissionsWith(keptDescription, keptName),
})

export const newRoleSchema = v.strictObject({
  name,
  description: v.optional(description),
  permissions,
})
export const keptRoleSchema = v.strictObject({
  name: keptName,
  description: v.optional(keptDescription),
  permissions,
})

// More than an address may have (RFC 5321 §4.5.3.1), so that surrounding spaces do not matter.
export const EMAIL_MAX = 320

export const newAdministratorSchema = v.strictObject({
  email: v.pipe(v.string(), v.maxLength(EMAIL_MAX, `must have at most ${EMAIL_MAX} characters`)),
  access: v.picklist(ADMINISTRATOR_ACCESS),
})
export const administratorPatchSchema = v.strictObject({
  ...v.partial(newAdministratorSchema).entries,
  blocked: v.optional(v.boolean()),
})
