import { lookUpCredential } from '../../../actions/lookups/look-up-credential.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { readJson } from '../shared/json.ts'
import type { AdminRoute } from '../shared/route.ts'
import { lookupBody } from './body.ts'
import { lookupSchema } from './requests.ts'

/** Asked by a body, because a URL gets into logs. */
async function lookUp(c: AppContext) {
  const { text } = readJson(c, lookupSchema)
  const { deps } = c.var
  return c.json(lookupBody(await lookUpCredential(deps, text), deps.now()))
}

export const lookupRoutes: AdminRoute[] = [
  {
    method: 'POST',
    path: '/credential-lookups',
    right: 'clients:read',
    onlyAsks: true,
    handle: lookUp,
  },
]
