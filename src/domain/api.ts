import type { Permission } from './permission.ts'
import type { Seconds } from './time.ts'

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
