import { action } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { suggestion } from '../suggestion.ts'
import { fileOption, handOver } from './hand-over.ts'
import { newSecret, SECRETS, type SecretName } from './values.ts'

const args = {
  name: {
    type: 'positional',
    many: true,
    required: false,
    description: `Which: ${SECRETS.join(', ')}; all of them where none is named`,
  },
  ...fileOption,
} as const

/** The secrets that a new deployment is given once. Nothing is sent anywhere. */
export const make = action(
  'make',
  'Make the secrets of a new server: four keys and a bootstrap token',
  args,
  async ({ name: given, file, json }) => {
    const names = given.length > 0 ? given.map(readName) : SECRETS
    handOver(Object.fromEntries(names.map((name) => [name, newSecret(name)])), { file, json })
  },
)

function readName(text: string): SecretName {
  const found = SECRETS.find((name) => name === text)
  if (found) return found
  throw usageFailure(`${text} is none of ${SECRETS.join(', ')}.${suggestion(text, [...SECRETS])}`)
}
