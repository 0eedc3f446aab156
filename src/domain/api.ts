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
