import type { ConsoleForm, ConsoleRoute } from '../kit/console-env.ts'
import { NOTHING_ENTERED } from '../kit/field.tsx'

/** The page that asks what a form does, at the address that the form is posted to. */
export function question({ path, right, show }: ConsoleForm): ConsoleRoute {
  return { method: 'GET', path, right, handle: (c) => show(c, NOTHING_ENTERED) }
}
