import { revokeSigningKey } from '../../actions/keys/revoke-signing-key.ts'
import { rotateSigningKey } from '../../actions/keys/rotate-signing-key.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import { stateOf } from '../../domain/signing-key.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import { noFields, type Repeat } from '../forms/form-handler.ts'
import { question } from '../forms/question.ts'
import { formRoute } from '../forms/run-form.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import { type Entered, withoutValues } from '../kit/field.tsx'
import { keysPage, PATH } from './page.tsx'
import { REVOKE_WORD, revocationPage, rotationPage } from './questions.tsx'

const right = 'person'

const rotate = formRoute({
  path: PATH,
  right,
  parse: noFields,
  run: async (c, request) => {
    const { kid } = await rotateSigningKey(c.var.deps, request)
    return { id: kid, at: c.var.deps.now() }
  },
  done: flashCreated,
  repeat: flashCreated,
  show: (c, entered) => rotationPage(c, withoutValues(entered)),
})

function flashCreated(c: ConsoleContext, { id, at }: Repeat) {
  return redirectWithFlash(c, PATH, { kind: 'signing_key.created', id, name: id, at })
}

/** May be sent repeatedly: a key is revoked once. */
const revoke = formRoute({
  path: `${PATH}/:kid/revocation`,
  right,
  parse: (c) => {
    const typed = c.var.form.get('confirm')?.trim()
    if (typed !== REVOKE_WORD) throw invalidField('confirm', `must be “${REVOKE_WORD}”`)
    return pathId(c, 'kid')
  },
  run: async (c, request, id) => {
    await revokeSigningKey(c.var.deps, request, id)
    return id
  },
  done: (c, id) => {
    const at = c.var.deps.now()
    return redirectWithFlash(c, PATH, { kind: 'signing_key.revoked', id, name: id, at })
  },
  repeat: 'runs',
  show: showRevocation,
})

async function showRevocation(c: ConsoleContext, entered: Entered) {
  const { deps } = c.var
  const keys = await deps.signingKeys.all()
  const key = keys.find(({ kid }) => kid === pathId(c, 'kid'))
  if (!key) throw new Refusal('not_found', 'There is no such signing key.')
  return revocationPage(c, { key, state: stateOf(key, keys, deps.now()) }, entered)
}

export const signingKeyRoutes: ConsoleRoute[] = [
  { method: 'GET', path: PATH, right: 'clients:read', handle: (c) => keysPage(c) },
  // Its own address: that of the form is the list.
  { ...question(rotate), path: `${PATH}/rotation` },
  rotate,
  question(revoke),
  revoke,
]
