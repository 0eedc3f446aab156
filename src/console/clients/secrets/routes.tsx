import { Refusal } from '../../../domain/errors.ts'
import { requireAllowed } from '../../../domain/policy.ts'
import { isoTime } from '../../../domain/time.ts'
import { findClient } from '../../../actions/clients/change-client.ts'
import { createSecret } from '../../../actions/clients/create-secret.ts'
import { replaceUnseenSecret } from '../../../actions/clients/replace-secret.ts'
import { noFields } from '../../forms/form-handler.ts'
import { question } from '../../forms/question.ts'
import { formRoute } from '../../forms/run-form.ts'
import { deletionForm, findInPath } from '../credential-forms.ts'
import { changePage } from '../dialogs/change-page.tsx'
import { credentialsPage } from './credentials-page.tsx'
import { parseNewSecret } from '../form-input.ts'
import { extension } from './extension.tsx'
import { secretMadeBefore } from './made-before.ts'
import { SECRET_KIND } from './secret-kind.ts'
import { secretChange, termsOf } from '../dialogs/secret-changes.tsx'
import { secretPage } from './secret-page.tsx'
import { asSeen, ofClient } from '../client-request.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import { versionSeen } from '../../kit/versions.tsx'
import { type Entered, NOTHING_ENTERED, withoutValues } from '../../kit/field.tsx'
import { detailsPage } from '../details/routes.tsx'

const ALL = SECRET_KIND.all
const ONE = `${ALL}/:secret_id`
const right = 'clients:manage'

const add = formRoute({
  path: ALL,
  right,
  parse: (c) => parseNewSecret(c.var.form, c.var.deps.now(), c.var.deps.policy),
  run: (c, request, input) => createSecret(c.var.deps, asSeen(c, request), input),
  done: (c, { client, secretText }) => credentialsPage(c, client, secretText),
  repeat: secretMadeBefore,
  show: showNewSecret,
})

async function showNewSecret(c: ConsoleContext, entered: Entered) {
  const { deps } = c.var
  requireAllowed(deps.policy, 'secret')
  const client = await findClient(deps, pathId(c, 'client_id'))
  const change = secretChange(client, termsOf(deps), entered)
  const version = versionSeen(entered, client.version)
  return changePage(c, { ...client, version }, change, entered)
}

/** Replaces a secret that its person may not have seen. */
const replace = formRoute({
  path: `${ONE}/replacement`,
  right,
  parse: noFields,
  run: (c, request) =>
    replaceUnseenSecret(c.var.deps, ofClient(c, request), pathId(c, 'secret_id')),
  done: (c, { client, secretText }) => credentialsPage(c, client, secretText),
  repeat: secretMadeBefore,
  show: showSecret,
})

async function showSecret(c: ConsoleContext, entered?: Entered) {
  const { client, one: secret } = await findInPath(c, SECRET_KIND)
  if (!secret) return detailsPage(c, client, SECRET_KIND.gone, 404)
  return secretPage(c, client, secret, entered && withoutValues(entered))
}

/**
 * Whether a secret was used: the page that shows it waits for that. It is used whenever its client
 * authenticates with it, which a client without access does in vain.
 */
async function showUse(c: ConsoleContext): Promise<Response> {
  const { client, one: secret } = await findInPath(c, SECRET_KIND)
  if (!secret) throw new Refusal('not_found', SECRET_KIND.gone)
  const { lastUsedAt } = secret
  const usedAt = lastUsedAt === null ? null : isoTime(lastUsedAt)
  return c.json({ used_at: usedAt, has_access: client.access.length > 0 })
}

const deletion = deletionForm(SECRET_KIND)

export const secretRoutes: ConsoleRoute[] = [
  { method: 'GET', path: `${ALL}/new`, right, handle: (c) => showNewSecret(c, NOTHING_ENTERED) },
  { method: 'GET', path: ONE, right, handle: (c) => showSecret(c) },
  { method: 'GET', path: `${ONE}/use`, right, handle: showUse },
  add,
  replace,
  question(extension),
  extension,
  question(deletion),
  deletion,
]
