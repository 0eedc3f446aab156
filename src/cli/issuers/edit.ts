import { FEDERATION_ALGORITHMS } from '../../domain/federation.ts'
import { action } from '../command.ts'
import { duration, onOrOff, text, wholeList } from '../field-kinds.ts'
import { editOptionsOf, editsOf, type Given } from '../fields.ts'
import { editOne } from '../noun-actions.ts'
import { readText } from '../text-file.ts'
import { readKeySet } from './key-set.ts'
import { ISSUERS, issuerArgument } from './noun.ts'

export const FIELDS = [
  text('name', 'name', { description: 'Its display name' }),
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

export const edit = action(
  'edit',
  'Change how the tokens of a trusted issuer are judged',
  { ...issuerArgument, ...editOptionsOf(FIELDS) },
  async (values) => {
    const jwks = (values as Given)['jwks'] as string | undefined
    const edits = editsOf(FIELDS, values)
    if (jwks !== undefined) {
      const set = readKeySet(await readText(jwks))
      edits.state.set('jwks', () => set)
    }
    await editOne(ISSUERS, values.issuer, edits, values.json)
  },
)
