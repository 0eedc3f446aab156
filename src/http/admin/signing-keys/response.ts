import * as v from 'valibot'
import { ALGORITHMS } from '../../../domain/signing-key.ts'
import { time, timeOrNull } from '../../response-fields.ts'

export const signingKeyResponse = v.strictObject({
  kid: v.string(),
  algorithm: v.picklist(ALGORITHMS),
  state: v.picklist(['standby', 'active', 'retiring', 'gone', 'revoked']),
  created_at: time,
  activates_at: timeOrNull,
  retired_at: timeOrNull,
  revoked_at: timeOrNull,
})

export type SigningKeyResponse = v.InferOutput<typeof signingKeyResponse>
