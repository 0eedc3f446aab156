import { action } from '../command.ts'
import { fileOption, handOver } from './hand-over.ts'
import { newSecret, SECRETS } from './values.ts'

const args = {
  name: {
    type: 'positional',
    many: true,
    choices: SECRETS,
    description: 'Which; all of them by default',
  },
  ...fileOption,
} as const

/** Makes the secrets of a new deployment. Nothing is sent anywhere. */
export const make = action(
  'make',
  'Make the secrets of a new server: four keys and a bootstrap token',
  args,
  async ({ name: given, file, json }) => {
    const names = given.length > 0 ? given : SECRETS
    handOver(Object.fromEntries(names.map((name) => [name, newSecret(name)])), { file, json })
  },
)
