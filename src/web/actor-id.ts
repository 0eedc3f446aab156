import * as v from 'valibot'

const ID_MAX = 200

/** The id of who acted. The server's own changes have the type `system` and the id `portcullis`. */
export const actorId = v.pipe(
  v.string(),
  v.nonEmpty('must not be empty'),
  v.maxLength(ID_MAX, `must have at most ${ID_MAX} characters`),
  v.transform((text) => (text === 'system' ? 'portcullis' : text)),
)
