import { FEDERATION_ALGORITHMS } from '../../domain/federation.ts'
import { duration, onOrOff, text, wholeList } from '../field-kinds.ts'
import type { Changes, Given } from '../fields.ts'
import { readText } from '../text-file.ts'
import { readKeySet } from './key-set.ts'

/** How the tokens of a trusted issuer are judged. */
export const FIELDS = [
  text('name', 'name', { description: 'What people call it' }),
  text('jwksUri', 'jwks_uri', { valueHint: 'URL', description: 'Where its keys are' }),
  text('jwks', 'jwks', {
    valueHint: 'FILE',
    description: 'A file with its keys as a JWKS, or - for standard input',
  }),
  wholeList('algorithm', 'algorithms', {
    choices: FEDERATION_ALGORITHMS,
    valueHint: 'ALGORITHM',
    description: 'What its tokens may be signed with, and nothing else; may be repeated',
  }),
  wholeList('audience', 'audiences', {
    description: 'What aud may be, and nothing else; may be repeated',
  }),
  duration('maxLifetime', 'max_lifetime', 'The longest life of its tokens, from iat to exp'),
  onOrOff('checkJti', 'check_jti', 'Each of its tokens is accepted once'),
]

/** Puts the keys themselves in the place of the file that has them. */
export async function readKeysInto(changes: Changes, given: Given): Promise<void> {
  const file = given['jwks'] as string | undefined
  if (file === undefined) return
  const set = readKeySet(await readText(file))
  changes.set('jwks', () => set)
}
