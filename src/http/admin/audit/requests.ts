import * as v from 'valibot'
import { AUDIT_ACTIONS } from '../../../domain/audit.ts'
import { actorId } from '../../../web/actor-id.ts'
import { moment, momentOrEndOfDay } from '../../../web/moments.ts'
import { pageFields } from '../shared/lists.ts'

export const auditEventListQuery = v.pipe(
  v.strictObject({
    client_id: v.optional(v.string()),
    action: v.optional(v.picklist(AUDIT_ACTIONS)),
    actor: v.optional(actorId),
    since: v.optional(moment),
    until: v.optional(momentOrEndOfDay),
    order: v.optional(v.picklist(['desc', 'asc']), 'desc'),
    ...pageFields,
  }),
  v.forward(
    v.check(({ since = 0, until = Infinity }) => since < until, 'must be after since'),
    ['until'],
  ),
)

export const verificationQuery = v.strictObject({ cursor: pageFields.cursor })

const SEQ = 'must be a whole number, 1 or more'

/** `broken_at`: a break to accept, besides what the log lacks. */
export const acceptanceSchema = v.strictObject({
  broken_at: v.optional(v.pipe(v.number(), v.integer(SEQ), v.minValue(1, SEQ))),
})

const size = v.pipe(
  v.string(),
  v.regex(/^(0|[1-9]\d{0,14})$/, 'must be a whole number'),
  v.transform(Number),
)

export const checkpointQuery = v.strictObject({ size: v.optional(size) })

export const consistencyQuery = v.strictObject({ from: v.optional(size), to: v.optional(size) })

export const provenEventQuery = v.strictObject({
  size: v.optional(size),
  event_id: v.optional(v.string()),
  ...pageFields,
})
