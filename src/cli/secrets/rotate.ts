import {
  isLastNewest,
  nextVersion,
  readVersionedKeys,
  type VersionedKey,
  writeVersionedKeys,
} from '../../domain/versioned-key.ts'
import { action } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { prompt, readStdin } from '../secret-input.ts'
import { note } from '../terminal.ts'
import { fileOption, handOver } from './hand-over.ts'
import { newKey, VERSIONED } from './values.ts'

const args = {
  name: {
    type: 'positional',
    required: true,
    choices: VERSIONED,
    description: 'Which',
  },
  step: {
    type: 'string',
    choices: ['prepare', 'finish'],
    description:
      'In two steps, while two deployments may run: 1:<old>,2:<new>, then 2:<new>,1:<old>',
  },
  ...fileOption,
} as const

const STAYS =
  'Keep the old version after the new one until /health counts nothing that needs it (keys), and 31 days longer: a restore may need it.'

const FINISH_LATER =
  'Set this value in every deployment. Then run the command again with --step finish and this value.'

/** The first version of a key is used for what is new, and all versions to read. Nothing is sent anywhere. */
export const rotate = action(
  'rotate',
  'Put a new version before the value of a key, which is asked for or read from standard input',
  args,
  async ({ name, step, file, json }) => {
    const old = readOld(name, await readValue(name))
    handOver({ [name]: writeVersionedKeys(rotated(old, step)) }, { file, json })
    if (step === 'prepare') note(FINISH_LATER)
    else if (name !== 'COOKIE_KEY') note(STAYS)
  },
)

/**
 * `prepare` puts the new version last: deployments that do not have it yet can read all that is
 * written until `finish`.
 */
function rotated(old: VersionedKey[], step: string | undefined): VersionedKey[] {
  if (step === 'finish') return withLastFirst(old)
  const made = { version: nextVersion(old), key: newKey() }
  return step === 'prepare' ? [...old, made] : [made, ...old]
}

/** An older version in front would bring back into use what a rotation after a leak has replaced. */
function withLastFirst(keys: VersionedKey[]): VersionedKey[] {
  const last = keys.at(-1)
  if (!last || keys.length < 2)
    throw usageFailure('There is only one version: give --step prepare first.')
  if (isLastNewest(keys)) return [last, ...keys.slice(0, -1)]
  throw usageFailure(
    `The last version (${last.version}) is not the newest: the rotation is finished already, or was never prepared. No key was made.`,
  )
}

/** Never taken from an argument: those are in `ps` and in the shell's history. */
function readValue(name: string): Promise<string> {
  return process.stdin.isTTY
    ? prompt(`The value of ${name} now: `, { isHidden: true })
    : readStdin()
}

function readOld(name: string, value: string) {
  // The line that `make` printed.
  const line = `${name}=`
  const bare = value.startsWith(line) ? value.slice(line.length) : value
  try {
    return readVersionedKeys(name, bare)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw usageFailure(`That is not a value of ${name}: ${error.message}. No key was made.`)
  }
}
