import { usageFailure } from './failure.ts'

export type PermissionBody = { audience: string; permission: string }

/** Splits at the last `=`: an audience may have one in its query. */
export function readPermission(option: string, text: string): PermissionBody {
  const at = text.lastIndexOf('=')
  if (at > 0) return { audience: text.slice(0, at), permission: text.slice(at + 1) }
  throw usageFailure(`${option} "${text}" is not AUDIENCE=PERMISSION.`)
}
