import * as v from 'valibot'
import { CERTIFICATE_NAMES } from '../domain/certificate.ts'
import { ASSERTION_ALGORITHMS, REPLAYS } from '../domain/public-key.ts'
import { RETIREMENT_MAX } from '../domain/secret.ts'
import { momentIn } from '../domain/time.ts'
import { between, isPlain, label } from './text-schemas.ts'

// The schemas of requests about secrets, public keys and certificates.

const TIME = 'must be a time such as 2027-01-31T12:00:00Z'
const PEM_MAX = 4000
const CERTIFICATE_PEM_MAX = 16_000
const CERTIFICATE_NAME_MAX = 1000

export const secretFields = {
  expires_on: v.optional(v.string()),
  remind: v.optional(v.boolean()),
  label: v.optional(label),
}

/** A time of RFC 3339, in whole seconds, as the responses have it. */
const sentTime = v.pipe(v.string(), v.check(isTime, TIME))

export const newSecretSchema = v.strictObject({
  ...secretFields,
  retire_others_in: v.optional(between(0, RETIREMENT_MAX)),
  retire_others_on: v.optional(v.string()),
  activate: v.optional(v.picklist(['now', 'on_first_use'])),
})

export const secretPatchSchema = v.strictObject({
  expires_on: v.optional(v.string()),
  retires_at: v.optional(v.nullable(sentTime)),
  label: v.optional(label),
})

/** A public key as it is sent: `jwk` or `pem`, and not both. */
export const newKeySchema = v.strictObject({
  jwk: v.optional(v.record(v.string(), v.unknown())),
  pem: v.optional(
    v.pipe(v.string(), v.maxLength(PEM_MAX, `must have at most ${PEM_MAX} characters`)),
  ),
  algorithm: v.optional(v.picklist(ASSERTION_ALGORITHMS)),
  label: v.optional(label),
  expires_on: v.optional(v.string()),
  remind: v.optional(v.boolean()),
  replay: v.optional(v.picklist(REPLAYS)),
})

const certificateName = v.pipe(
  v.string(),
  v.maxLength(CERTIFICATE_NAME_MAX, `must have at most ${CERTIFICATE_NAME_MAX} characters`),
  v.check(isPlain, 'must have no control or bidirectional characters'),
)

/** A certificate as it is sent: as `pem`, or by exactly one name. */
export const newCertificateSchema = v.strictObject({
  pem: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(CERTIFICATE_PEM_MAX, `must have at most ${CERTIFICATE_PEM_MAX} characters`),
      v.description('One exact certificate. It begins with -----BEGIN CERTIFICATE-----.'),
    ),
  ),
  ...v.entriesFromList(CERTIFICATE_NAMES, v.optional(certificateName)),
  label: v.optional(label),
  expires_on: v.optional(v.string()),
  remind: v.optional(v.boolean()),
})

function isTime(text: string): boolean {
  return /:\d{2}Z$/.test(text) && momentIn(text) !== null
}
