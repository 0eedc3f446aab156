import { deleteIssuer, findIssuer } from '../../actions/federation/change-issuer.ts'
import { createIssuer } from '../../actions/federation/create-issuer.ts'
import type { TrustedIssuer } from '../../domain/federation.ts'
import type { Seconds } from '../../domain/time.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import { noFields, type Repeat } from '../forms/form-handler.ts'
import { question } from '../forms/question.ts'
import { formRoute } from '../forms/run-form.ts'
import { called, expectedVersions } from '../kit/versions.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import { withoutValues } from '../kit/field.tsx'
import { deletionPage } from './deletion.tsx'
import { parseNewIssuer } from './issuer-input.ts'
import { issuersPage } from './issuers-page.tsx'
import { newIssuerPage } from './new-issuer-page.tsx'

const PATH = '/issuers'
const right = 'person'

const create = formRoute({
  path: PATH,
  right,
  parse: (c) => parseNewIssuer(c.var.deps, c.var.form),
  run: (c, request, input) => createIssuer(c.var.deps, request, input),
  done: (c, issuer) => flashTrusted(c, issuer, issuer.updatedAt),
  repeat: async (c, { id, at }) => flashTrusted(c, await findIssuer(c.var.deps, id), at),
  show: newIssuerPage,
})

function flashTrusted(c: ConsoleContext, { issuerId: id, name }: TrustedIssuer, at: Seconds) {
  return redirectWithFlash(c, PATH, { kind: 'issuer.created', id, name, at })
}

const remove = formRoute({
  path: `${PATH}/:issuer_id/deletion`,
  right,
  parse: noFields,
  run: async (c, request) => {
    const issuerId = pathId(c, 'issuer_id')
    const expected = expectedVersions(c.var.form)
    await deleteIssuer(c.var.deps, { ...request, issuerId, expectedVersions: expected })
    return { id: issuerId, at: c.var.deps.now() }
  },
  done: flashDeleted,
  repeat: flashDeleted,
  show: async (c, entered) => {
    const issuer = await findIssuer(c.var.deps, pathId(c, 'issuer_id'))
    return deletionPage(c, issuer, withoutValues(entered))
  },
})

function flashDeleted(c: ConsoleContext, { id, at }: Repeat) {
  const name = called(c.var.form)
  return redirectWithFlash(c, PATH, { kind: 'issuer.deleted', id, name, at })
}

export const issuerRoutes: ConsoleRoute[] = [
  { method: 'GET', path: PATH, right: 'clients:read', handle: (c) => issuersPage(c) },
  { method: 'GET', path: `${PATH}/new`, right, handle: (c) => newIssuerPage(c) },
  create,
  question(remove),
  remove,
]
