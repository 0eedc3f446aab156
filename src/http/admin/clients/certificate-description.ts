import { conflict, created, type Description, GONE, one } from '../../reference/description.ts'
import { pageSchema } from '../shared/lists.ts'
import { page } from '../shared/response.ts'
import { newCertificateSchema } from './requests.ts'
import { CREDENTIAL_FIELDS, MAY_LAST } from './field-description.ts'
import { certificateResponse } from './response.ts'

const ALL = '/clients/{client_id}/certificates'

const CERTIFICATE_EXAMPLE = {
  certificate_id: 'cert_9Lw2hQe7Zs4pXc1V',
  san_dns: 'exports.example.com',
  label: 'Export server',
  created_at: '2026-09-02T08:00:00Z',
  created_by: 'bootstrap',
  expires_at: null,
  last_used_at: null,
  remind: true,
  reminded_at: null,
}

export const certificates: Description = {
  tag: 'Certificates',
  about:
    'What clients prove themselves with in the TLS handshake: tls_client_auth by a name that a CA gave, self_signed_tls_client_auth by one exact certificate, RFC 8705.',
  requests: { NewCertificate: newCertificateSchema },
  responses: { Certificate: certificateResponse },
  examples: { Certificate: CERTIFICATE_EXAMPLE },
  fields: {
    ...CREDENTIAL_FIELDS,
    expires_on: `For a name alone. ${MAY_LAST}`,
    thumbprint: 'The SHA-256 of its DER in base64url: x5t#S256.',
    subject: 'Who it says it is, as RFC 4514 writes it.',
    subject_dn:
      'The whole subject, as RFC 4514 writes it: in this order, each value letter for letter.',
    san_dns: 'A DNS name among its alternative names.',
    san_uri: 'A URI among them, letter for letter.',
    san_ip: 'An IP address among them.',
    san_email: 'An email address among them.',
  },
  operations: {
    [`GET ${ALL}`]: {
      id: 'listCertificates',
      does: 'List the certificates of a client',
      query: pageSchema,
      answers: {
        200: {
          what: 'A page of certificates.',
          schema: page(certificateResponse),
          headers: ['ETag'],
        },
      },
    },
    [`POST ${ALL}`]: {
      id: 'createCertificate',
      does: 'Add a certificate',
      more: 'Send pem, or exactly one name by which a certificate of a trusted CA is recognised.',
      body: {
        schema: newCertificateSchema,
        examples: [{ san_dns: 'exports.example.com', label: 'Export server' }],
      },
      answers: created(certificateResponse, 'The certificate.', ['Location']),
      conditional: true,
      refusals: conflict('The client has it already, or ten.'),
    },
    [`GET ${ALL}/{certificate_id}`]: {
      id: 'getCertificate',
      does: 'Get a certificate',
      answers: one(certificateResponse, 'The certificate.'),
    },
    [`DELETE ${ALL}/{certificate_id}`]: {
      id: 'deleteCertificate',
      does: 'Delete a certificate',
      more: 'The client is not recognised by it any more at once.',
      answers: GONE,
      conditional: true,
    },
  },
}
