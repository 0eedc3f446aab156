import type * as v from 'valibot'
import { type Words, wordsOf } from './fields.ts'
import { ALL, SHARED } from './nouns.ts'

type Named = Record<string, v.GenericSchema>

const OWNERS = [...ALL, SHARED]

/** The schemas that have a name in the document: of requests, as they are validated, and of responses. */
export const NAMED: Named = Object.assign(
  {},
  ...OWNERS.map(({ requests, responses }) => ({ ...requests, ...responses })),
)

/** The texts for the fields of a schema: those of the noun that it belongs to. */
export function wordsOfNamed(name: string): Words {
  const owner = OWNERS.find(
    ({ requests = {}, responses = {} }) => name in requests || name in responses,
  )
  return wordsOf(owner ?? SHARED)
}
