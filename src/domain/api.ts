import type { Page, PagePosition } from './page.ts'
import type { Client } from './client.ts'
import type { Permission } from './permission.ts'
import type { Seconds } from './time.ts'
import type { NewText } from './unseen.ts'

/** A protected resource server. */
export type Api = {
  apiId: string
  audience: string
  name: string
  permissions: ApiPermission[]
  createdAt: Seconds
  updatedAt: Seconds
  version: number
  /** Portcullis itself: its audience is the issuer, and nobody changes it. */
  isOwn: boolean
}

export type ApiPermission = {
  permission: string
  description?: string | undefined
  group?: string | undefined
}

/** What an API says to people, by the fields of the wire. */
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

export interface Apis {
  find(apiId: string): Promise<Api | null>
  list(limit: number, after: PagePosition | null): Promise<Page<Api>>
  /** Those that have one of these audiences. */
  findByAudiences(audiences: string[]): Promise<Api[]>
  /** Whether a given client has a permission on it, or a client with one on Portcullis itself. */
  holders(apiId: string, clientId: string): Promise<{ byItself: boolean; byPowerful: boolean }>
  /** Its permissions that a client or role has. */
  permissionsInUse(apiId: string): Promise<string[]>
  /** The given permissions that no API knows. */
  unknown(permissions: Permission[]): Promise<Permission[]>
  /** Anyone with a permission on it whose token weighs more than `weightMax` with this audience. */
  overfullHolder(
    apiId: string,
    audience: string,
    weightMax: number,
  ): Promise<Pick<Client, 'clientId' | 'name'> | null>
}

export interface Roles {
  find(roleId: string): Promise<Role | null>
  findMany(roleIds: string[]): Promise<Role[]>
  list(limit: number, after: PagePosition | null): Promise<Page<Role>>
  /** Whether anyone holds it, a given client does, or a client with a permission on Portcullis itself. */
  holders(
    roleId: string,
    clientId: string,
  ): Promise<{ any: boolean; byItself: boolean; byPowerful: boolean }>
  /** Anyone who holds it and whose token weighs more than `weightMax` once it gives these permissions. */
  overfullHolder(
    roleId: string,
    permissions: Permission[],
    weightMax: number,
  ): Promise<Pick<Client, 'clientId' | 'name'> | null>
}
