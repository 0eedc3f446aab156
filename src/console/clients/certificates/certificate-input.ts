import type { NewCertificate } from '../../../actions/clients/create-certificate.ts'
import { CERTIFICATE_NAMES, type CertificateName } from '../../../domain/certificate.ts'
import type { FieldError } from '../../../domain/errors.ts'
import type { Seconds } from '../../../domain/time.ts'
import { newCertificateSchema } from '../../../web/schemas.ts'
import { dateErrors, parseAlso } from '../../forms/parse-also.ts'

/**
 * Maps the form to the fields of the admin API, so that the same schema parses both. Takes the field
 * of the chosen way alone: the other may have been filled in before.
 */
export function parseNewCertificate(form: URLSearchParams, now: Seconds): NewCertificate {
  const by = chosenName(form)
  const text = (form.get(by === null ? 'pem' : 'name') ?? '').trim()
  const date = form.get('expires_on') ?? ''
  const body = {
    [by ?? 'pem']: text,
    label: form.get('label') ?? '',
    ...(date && { expires_on: date }),
    remind: form.has('remind'),
  }
  const wrong = [...textErrors(by, text), ...(date ? dateErrors('expires_on', date, now) : [])]
  const { label, expires_on: expiresOn, remind } = parseAlso(body, newCertificateSchema, wrong)
  return { given: by === null ? { pem: text } : { by, name: text }, label, expiresOn, remind }
}

/** The kind of name that was chosen; null: one exact certificate. */
export function chosenName(form: URLSearchParams): CertificateName | null {
  if (form.get('by') !== 'name') return null
  return CERTIFICATE_NAMES.find((name) => name === form.get('kind')) ?? 'subject_dn'
}

/** Finds a text that cannot be a certificate or a name; the reader of certificates finds the rest. */
function textErrors(by: CertificateName | null, text: string): FieldError[] {
  if (by === null) return text.includes('-----BEGIN ') ? [] : [{ field: 'pem', detail: NO_PEM }]
  return text === '' ? [{ field: by, detail: 'must not be empty' }] : []
}

const NO_PEM = 'must be one PEM block that begins with -----BEGIN CERTIFICATE-----'
