import type { Page, PagePosition } from './page.ts'
import type { Client } from './client.ts'
import type { InUse } from './in-use.ts'
import type { Permission } from './permission.ts'
import type { Seconds } from './time.ts'
import type { NewText } from './unseen.ts'

/** How many permissions an API, a role or a client may have. */
export const PERMISSIONS_MAX = 500

/** A protected resource server. */
export type Api = {
  apiId: string
  audience: string
  name: string
  permissions: ApiPermission[]
  createdAt: Seconds
  updatedAt: Seconds
  version: number
  /** Portcullis itself: its audience is the issuer, and it cannot be changed. */
  isOwn: boolean
}

export type ApiPermission = {
  permission: string
  description?: string | undefined
  group?: string | undefined
}

/** The texts of an API that people read, by their field names in requests. */
export function textsOf({ name, permissions }: Pick<Api, 'name' | 'permissions'>): NewText[] {
  const inPermissions = permissions.flatMap(({ group, description }, i) => [
    { field: `permissions.${i}.group`, text: group, isName: group !== undefined },
    { field: `permissions.${i}.description`, text: description },
  ])
  return [{ field: 'name', text: name, isName: true }, ...inPermissions]
}

/** A named set of permissions. */
export type Role = {
  roleId: string
  name: string
  description: string
  permissions: Permission[]
  createdAt: Seconds
  updatedAt: Seconds
  version: number
}

/** Filters of a list of APIs or roles: both apply to one permission. */
export type PermissionFilter = { audience?: string | undefined; permission?: string | undefined }

export interface Apis {
  find(apiId: string): Promise<Api | null>
  /** Those with this audience, and with such a permission. */
  list(limit: number, after: PagePosition | null, filter?: PermissionFilter): Promise<Page<Api>>
  /** The APIs that have one of these audiences. */
  findByAudiences(audiences: string[]): Promise<Api[]>
  /**
   * Whether the given client has a permission on it, and whether a client with one on Portcullis
   * itself does.
   */
  holders(apiId: string, clientId: string): Promise<{ byItself: boolean; byPowerful: boolean }>
  /** Its permissions that a client or role holds. */
  permissionsInUse(apiId: string): Promise<string[]>
  /** Counts the clients that have one of these permissions of it, directly or by a role, and the roles. */
  inUse(apiId: string, permissions: string[]): Promise<InUse>
  /** The given permissions that do not exist on any API. */
  unknown(permissions: Permission[]): Promise<Permission[]>
  /**
   * A client with a permission on it whose token would weigh more than `weightMax` with this
   * audience.
   */
  overfullHolder(
    apiId: string,
    audience: string,
    weightMax: number,
  ): Promise<Pick<Client, 'clientId' | 'name'> | null>
}

export interface Roles {
  find(roleId: string): Promise<Role | null>
  findMany(roleIds: string[]): Promise<Role[]>
  /** Those that give a permission of this API, of this name, or the one that is both. */
  list(limit: number, after: PagePosition | null, filter?: PermissionFilter): Promise<Page<Role>>
  /**
   * Whether any client holds it, the given client does, or a client with a permission on Portcullis
   * itself.
   */
  holders(
    roleId: string,
    clientId: string,
  ): Promise<{ any: boolean; byItself: boolean; byPowerful: boolean }>
  /** Counts the clients that hold it. */
  inUse(roleId: string): Promise<InUse>
  /**
   * A client that holds it and whose token would weigh more than `weightMax` with these
   * permissions.
   */
  overfullHolder(
    roleId: string,
    permissions: Permission[],
    weightMax: number,
  ): Promise<Pick<Client, 'clientId' | 'name'> | null>
}
