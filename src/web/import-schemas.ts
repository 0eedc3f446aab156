import * as v from 'valibot'
import { IMPORT_MAX } from '../actions/clients/import-clients.ts'
import { foreignIdProblem } from '../domain/foreign-client.ts'
import { importedTextProblem, readPbkdf2 } from '../domain/imported-secret.ts'
import { secretFields } from './credential-schemas.ts'
import { newClientSchema } from './schemas.ts'

/** A text that has no problem; `problemOf` says in words what is wrong with one. */
const judged = (problemOf: (text: string) => string | null) =>
  v.pipe(
    v.string(),
    v.check(
      (text) => problemOf(text) === null,
      (issue) => problemOf(issue.input) ?? '',
    ),
  )

const hashProblem = (text: string) => {
  const read = readPbkdf2(text)
  return typeof read === 'string' ? read : null
}

const importedSecret = v.pipe(
  v.strictObject({
    text: v.optional(judged(importedTextProblem)),
    hash: v.optional(judged(hashProblem)),
    ...secretFields,
  }),
  v.forward(
    v.check(
      ({ text, hash }) => (text === undefined) !== (hash === undefined),
      'must be sent, or hash instead of it',
    ),
    ['text'],
  ),
)

const importedClient = v.strictObject({
  ...newClientSchema.entries,
  client_id: judged(foreignIdProblem),
  secret: v.nullable(importedSecret),
})

export const importSchema = v.strictObject({
  clients: v.pipe(
    v.array(importedClient),
    v.minLength(1, 'must have a client'),
    v.maxLength(IMPORT_MAX, `must have at most ${IMPORT_MAX}`),
    v.check(
      (list) => new Set(list.map((one) => one.client_id)).size === list.length,
      'must name each client once',
    ),
  ),
})
