import { sql } from '../sql.ts'
import type { Api } from '../../domain/api.ts'
import type { Write } from '../../domain/ledger.ts'
import { INTROSPECT } from '../../domain/permission.ts'
import { searchable } from '../../domain/text.ts'
import type { Statement } from '../database.ts'
import { deleteFrom, insertInto, update } from '../statements.ts'

export function apiStatements(write: Write & { kind: 'api' }): Statement[] {
  const { before, after } = write
  if (!after) return deletion(before.apiId)
  return [
    before
      ? update('apis', { apiId: after.apiId }, columns(after))
      : insertInto('apis', {
          ...columns(after),
          apiId: after.apiId,
          createdAt: after.createdAt,
        }),
    ...permissionStatements(after),
  ]
}

function columns({ audience, name, updatedAt, version }: Api) {
  return { audience, name, nameKey: searchable(name), updatedAt, version }
}

function permissionStatements({ apiId, permissions: declared }: Api): Statement[] {
  const names = JSON.stringify([INTROSPECT, ...declared.map((p) => p.permission)])
  return [
    sql`DELETE FROM portcullis_permissions WHERE api_id = ${apiId}
      AND permission NOT IN (SELECT value FROM json_each(${names}))`,
    sql`
      INSERT INTO portcullis_permissions
        (api_id, permission, description, permission_group, declared, position)
      SELECT ${apiId}, value ->> 'permission', value ->> 'description', value ->> 'group',
        value ->> 'declared', key
      FROM json_each(${JSON.stringify(withIntrospect(declared))}) WHERE true
      ON CONFLICT (api_id, permission) DO UPDATE SET description = excluded.description,
        permission_group = excluded.permission_group, declared = excluded.declared,
        position = excluded.position`,
  ]
}

function withIntrospect(declared: Api['permissions']) {
  const rows = declared.map((permission) => ({ ...permission, declared: 1 }))
  if (declared.some((p) => p.permission === INTROSPECT)) return rows
  return [...rows, { permission: INTROSPECT, declared: 0 }]
}

function deletion(apiId: string): Statement[] {
  return [deleteFrom('permissions', { apiId }), deleteFrom('apis', { apiId })]
}
