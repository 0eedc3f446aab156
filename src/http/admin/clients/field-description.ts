import * as v from 'valibot'
import { answeredDetails } from '../../../web/client-details-response.ts'

// The texts for fields that several nouns have.

const DETAILS: Record<string, v.GenericSchema> = answeredDetails()

/** A client's details, as they are sent and as they are answered. */
export const DETAIL_FIELDS: Record<string, string> = Object.fromEntries(
  Object.entries(DETAILS).flatMap(([name, schema]) => {
    const text = v.getDescription(schema)
    return text === undefined ? [] : [[name, text]]
  }),
)

export const DETAIL_EXAMPLES: Record<string, unknown> = Object.fromEntries(
  Object.entries(DETAILS).map(([name, schema]) => {
    const [example] = v.getExamples(schema) as readonly unknown[]
    return [name, example]
  }),
)

export const ROLES = 'Ids of roles.'
export const CUTS_OFF = 'Cuts off the tokens issued until now too.'

export const SHOWN_ONCE = 'Shown this once; only a keyed hash of it is kept.'
export const CREATED_BY = 'A client, an administrator, or bootstrap.'
export const LABEL = 'What people call it.'
export const USED_AT = 'May lag a minute.'
export const HINT = 'The end of the secret.'
export const RETIRES_AT = 'When it ends, because another took its place.'

/** Every credential has these. */
export const CREDENTIAL_FIELDS = {
  label: LABEL,
  created_by: CREATED_BY,
  last_used_at: USED_AT,
  remind: 'Whether administrators are reminded before it expires; by default they are.',
  reminded_at: 'When the first reminder of its end went out.',
  reminder_error: 'Why a reminder did not go out, or may not have.',
}

const LAST_DAY = 'The last day (UTC), as 2027-01-31: at most 24 months from today.'

export const SECRET_LASTS = `${LAST_DAY} By default it lasts 90 days.`
export const MAY_LAST = `${LAST_DAY} By default it does not expire.`
