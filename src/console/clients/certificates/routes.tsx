import { findClient } from '../../../actions/clients/change-client.ts'
import { createCertificate } from '../../../actions/clients/create-certificate.ts'
import { deleteCertificate } from '../../../actions/clients/delete-certificate.ts'
import type { Client } from '../../../domain/client.ts'
import { requireAllowed } from '../../../domain/policy.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../../kit/console-env.ts'
import type { Entered } from '../../kit/field.tsx'
import { certificateName } from '../certificate-words.ts'
import { question } from '../../forms/question.ts'
import { additionForm, deletionForm, findInPath } from '../credential-forms.ts'
import { detailsPage } from '../details/routes.tsx'
import { deleteCertificateChange } from '../dialogs/certificate-changes.tsx'
import { parseNewCertificate } from './certificate-input.ts'
import { certificatePage } from './certificate-page.tsx'
import { newCertificatePage } from './new-certificate-page.tsx'

const right = 'clients:manage'

const KIND = {
  all: '/clients/:client_id/certificates',
  param: 'certificate_id',
  find: ({ certificates }: Client, id: string) =>
    certificates.find(({ certificateId }) => certificateId === id),
  gone: 'The client has no such certificate: it was deleted.',
  flash: 'certificate' as const,
  remove: deleteCertificate,
  deletion: deleteCertificateChange,
}

async function showNew(c: ConsoleContext, entered?: Entered) {
  requireAllowed(c.var.deps.policy, 'certificate')
  return newCertificatePage(c, await findClient(c.var.deps, pathId(c, 'client_id')), entered)
}

const add = additionForm(KIND, {
  parse: (c) => parseNewCertificate(c.var.form, c.var.deps.now()),
  show: showNew,
  create: async (deps, request, input) =>
    (await createCertificate(deps, request, input)).certificate,
  idOf: ({ certificateId }) => certificateId,
  nameOf: certificateName,
})

async function show(c: ConsoleContext) {
  const { client, one } = await findInPath(c, KIND)
  return one ? certificatePage(c, client, one) : detailsPage(c, client, KIND.gone, 404)
}

const deletion = deletionForm(KIND)

export const certificateRoutes: ConsoleRoute[] = [
  { method: 'GET', path: `${KIND.all}/new`, right, handle: (c) => showNew(c) },
  { method: 'GET', path: `${KIND.all}/:${KIND.param}`, right: 'clients:read', handle: show },
  add,
  question(deletion),
  deletion,
]
