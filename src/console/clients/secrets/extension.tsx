import { updateSecret } from '../../../actions/clients/update-secret.ts'
import { extensionBy } from '../../../domain/secret-extension.ts'
import { noFields, type Repeat } from '../../forms/form-handler.ts'
import { formRoute } from '../../forms/run-form.ts'
import { type ConsoleContext, pathId } from '../../kit/console-env.ts'
import type { Entered } from '../../kit/field.tsx'
import { called, versionSeen } from '../../kit/versions.tsx'
import { asSeen } from '../client-request.ts'
import { findInPath } from '../credential-forms.ts'
import { detailsPage, newestDetailsPage } from '../details/routes.tsx'
import { changePage } from '../dialogs/change-page.tsx'
import { EXTENSION_DAYS, extendSecretChange, termsOf } from '../dialogs/secret-changes.tsx'
import { flashOnClient } from '../flash-client.ts'
import { SECRET_KIND } from './secret-kind.ts'

const CANNOT =
  'This secret can’t be extended: it was extended past its end once, expired more than 7 days ago, or ends with the longest life that this server allows. Rotate it instead.'

/** The form that lets a secret work some days longer, or again. */
export const extension = formRoute({
  path: `${SECRET_KIND.all}/:secret_id/extension`,
  right: 'clients:manage',
  parse: noFields,
  run: async (c, request) => {
    const id = pathId(c, 'secret_id')
    const { client } = await updateSecret(c.var.deps, asSeen(c, request), id, (secret, now) =>
      extensionBy(EXTENSION_DAYS, secret, now),
    )
    return { id, at: client.updatedAt }
  },
  done,
  repeat: done,
  show,
  conflict: newestDetailsPage,
})

function done(c: ConsoleContext, { id, at }: Repeat) {
  return flashOnClient(c, { kind: 'secret.extended', id, name: called(c.var.form), at })
}

async function show(c: ConsoleContext, entered: Entered) {
  const { client, one: secret } = await findInPath(c, SECRET_KIND)
  if (!secret) return detailsPage(c, client, SECRET_KIND.gone, 404)
  const change = extendSecretChange(client, secret, termsOf(c.var.deps))
  if (!change) return detailsPage(c, client, CANNOT)
  const version = versionSeen(entered, client.version)
  return changePage(c, { ...client, version }, change, entered)
}
