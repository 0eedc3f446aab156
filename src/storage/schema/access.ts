import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { clients } from './clients.ts'

/** The API without an audience is Portcullis: its audience is the issuer, wherever it is served. */
export const apis = sqliteTable(
  'portcullis_apis',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    apiId: text('api_id').notNull().unique(),
    audience: text().unique(),
    name: text().notNull(),
    nameKey: text('name_key').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    version: integer().notNull(),
  },
  (t) => [index('portcullis_apis_by_name').on(t.nameKey, t.id)],
)

export const permissions = sqliteTable(
  'portcullis_permissions',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    apiId: text('api_id')
      .notNull()
      .references(() => apis.apiId),
    permission: text().notNull(),
    description: text(),
    group: text('permission_group'),
    // False for tokens:introspect, which every API has without declaring it.
    declared: integer({ mode: 'boolean' }).notNull(),
    position: integer().notNull(),
  },
  (t) => [uniqueIndex('portcullis_permissions_of_api').on(t.apiId, t.permission)],
)

export const roles = sqliteTable(
  'portcullis_roles',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    roleId: text('role_id').notNull().unique(),
    name: text().notNull(),
    nameKey: text('name_key').notNull(),
    description: text().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    version: integer().notNull(),
  },
  (t) => [index('portcullis_roles_by_name').on(t.nameKey, t.id)],
)

export const rolePermissions = sqliteTable(
  'portcullis_role_permissions',
  {
    roleId: text('role_id')
      .notNull()
      .references(() => roles.roleId),
    permissionId: integer('permission_id')
      .notNull()
      .references(() => permissions.id),
  },
  (t) => [
    primaryKey({ columns: [t.roleId, t.permissionId] }),
    index('portcullis_role_permissions_by_permission').on(t.permissionId),
  ],
)

export const clientRoles = sqliteTable(
  'portcullis_client_roles',
  {
    clientId: text('client_id')
      .notNull()
      .references(() => clients.clientId),
    roleId: text('role_id')
      .notNull()
      .references(() => roles.roleId),
  },
  (t) => [
    primaryKey({ columns: [t.clientId, t.roleId] }),
    index('portcullis_client_roles_by_role').on(t.roleId),
  ],
)

export const clientPermissions = sqliteTable(
  'portcullis_client_permissions',
  {
    clientId: text('client_id')
      .notNull()
      .references(() => clients.clientId),
    permissionId: integer('permission_id')
      .notNull()
      .references(() => permissions.id),
  },
  (t) => [
    primaryKey({ columns: [t.clientId, t.permissionId] }),
    index('portcullis_client_permissions_by_permission').on(t.permissionId),
  ],
)
