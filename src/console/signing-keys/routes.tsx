import { revokeSigningKey } from '../../actions/keys/revoke-signing-key.ts'
import { rotateSigningKey } from '../../actions/keys/rotate-signing-key.ts'
import { invalidField } from '../../domain/errors.ts'
import { stateOf } from '../../domain/signing-key.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import { noFields, type Repeat } from '../forms/form-handler.ts'
import { formRoute } from '../forms/run-form.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import { type Entered, errorOf, withoutValues } from '../kit/field.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { page } from '../kit/shell.tsx'
import { REVOKE_TITLE, REVOKE_WORD, RevocationForm } from './list.tsx'
import { keysPage, PATH } from './page.tsx'

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
  show: (c, entered) => keysPage(c, withoutValues(entered)),
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
  show: revocationPage,
})

async function revocationPage(c: ConsoleContext, entered: Entered) {
  const { deps, base, formToken } = c.var
  const keys = await deps.signingKeys.all()
  const key = keys.find(({ kid }) => kid === pathId(c, 'kid'))
  const isAsked = entered.note !== undefined || errorOf(entered, 'confirm') !== undefined
  if (!key || !isAsked) return keysPage(c, entered)
  const of = { key, state: stateOf(key, keys, deps.now()) }
  return page(
    c,
    { title: REVOKE_TITLE, section: 'signing-keys', status: statusOfForm(entered) },
    <RevocationForm {...{ base, formToken, of, entered }} />,
  )
}

export const signingKeyRoutes: ConsoleRoute[] = [
  { method: 'GET', path: PATH, right: 'clients:read', handle: (c) => keysPage(c) },
  rotate,
  revoke,
]
