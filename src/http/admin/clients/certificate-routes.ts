import type * as v from 'valibot'
import { findClient } from '../../../actions/clients/change-client.ts'
import {
  createCertificate,
  type NewCertificate,
} from '../../../actions/clients/create-certificate.ts'
import { deleteCertificate, findCertificate } from '../../../actions/clients/delete-certificate.ts'
import { CERTIFICATE_NAMES } from '../../../domain/certificate.ts'
import { Refusal } from '../../../domain/errors.ts'
import type { AppContext } from '../../../web/app-env.ts'
import { etagOf } from '../shared/etag.ts'
import { creationRequest, orMadeBefore } from '../shared/idempotency.ts'
import { readJson } from '../shared/json.ts'
import { shortListBody } from '../shared/lists.ts'
import { type AdminRoute, pathId } from '../shared/route.ts'
import { certificateBody } from './body.ts'
import { newCertificateSchema } from './requests.ts'
import { clientRequest } from './routes.ts'

async function list(c: AppContext) {
  const { clientId, certificates, version } = await clientOf(c)
  c.header('ETag', etagOf(version))
  return c.json(
    await shortListBody(
      c,
      ['certificates', clientId],
      certificates.map(certificateBody),
      (one) => one.certificate_id,
    ),
  )
}

async function show(c: AppContext) {
  const client = await clientOf(c)
  c.header('ETag', etagOf(client.version))
  return c.json(certificateBody(findCertificate(client, pathId(c, 'certificate_id'))))
}

const clientOf = (c: AppContext) => findClient(c.var.deps, pathId(c, 'client_id'))

async function create(c: AppContext) {
  const input = readJson(c, newCertificateSchema)
  const request = { ...clientRequest(c), ...creationRequest(c, input) }
  const making = createCertificate(c.var.deps, request, toNewCertificate(input))
  const certificate = await orMadeBefore(
    c,
    making.then((made) => made.certificate),
    async ({ id }) => findCertificate(await clientOf(c), id),
  )
  const all = `${c.var.deps.issuer}/admin/v1/clients/${request.clientId}/certificates`
  c.header('Location', `${all}/${certificate.certificateId}`)
  return c.json(certificateBody(certificate), 201)
}

function toNewCertificate(input: v.InferOutput<typeof newCertificateSchema>): NewCertificate {
  const { pem, label, expires_on: expiresOn, remind } = input
  const names = CERTIFICATE_NAMES.flatMap((by) => {
    const name = input[by]
    return name === undefined ? [] : [{ by, name }]
  })
  const [given, another] = pem === undefined ? names : [{ pem }, ...names]
  if (given && !another) return { given, label, expiresOn, remind }
  throw new Refusal('invalid_fields', 'Send the certificate as pem, or one of its names.', {
    fields: [{ field: 'pem', detail: `must be sent, or one of ${CERTIFICATE_NAMES.join(', ')}` }],
  })
}

async function remove(c: AppContext) {
  await deleteCertificate(c.var.deps, clientRequest(c), pathId(c, 'certificate_id'))
  return c.body(null, 204)
}

const ALL = '/clients/:client_id/certificates'
const ONE = `${ALL}/:certificate_id`

export const certificateRoutes: AdminRoute[] = [
  { method: 'GET', path: ALL, right: 'clients:read', handle: list },
  { method: 'POST', path: ALL, right: 'clients:manage', handle: create },
  { method: 'GET', path: ONE, right: 'clients:read', handle: show },
  { method: 'DELETE', path: ONE, right: 'clients:manage', handle: remove },
]
