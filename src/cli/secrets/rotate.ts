import { nextVersion, readVersionedKeys, writeVersionedKeys } from '../../domain/versioned-key.ts'
import { action } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { ask, readStdin } from '../secret-input.ts'
import { fileOption, handOver } from './hand-over.ts'
import { newKey, VERSIONED } from './values.ts'

const args = {
  name: {
    type: 'positional',
    required: true,
    description: `Which: ${VERSIONED.join(', ')}`,
  },
  ...fileOption,
} as const

/** `2:<new>,1:<old>`: the first makes what is new, all read what is old. Nothing is sent anywhere. */
export const rotate = action(
  'rotate',
  'Put a new version before the value of a key, which is asked for or read from standard input',
  args,
  async ({ name: given, file, json }) => {
    const name = VERSIONED.find((one) => one === given)
    if (!name) throw usageFailure(`${given} has no versions: ${VERSIONED.join(', ')} have.`)
    const old = readOld(name, await readValue(name))
    const value = writeVersionedKeys([{ version: nextVersion(old), key: newKey() }, ...old])
    handOver({ [name]: value }, { file, json })
  },
)

/** Never an argument: those are in `ps` and in the shell's history. */
function readValue(name: string): Promise<string> {
  return process.stdin.isTTY ? ask(`The value of ${name} now: `, { isHidden: true }) : readStdin()
}

function readOld(name: string, value: string) {
  // As `make` printed it.
  const line = `${name}=`
  const bare = value.startsWith(line) ? value.slice(line.length) : value
  try {
    return readVersionedKeys(name, bare)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw usageFailure(`That is no value of it: ${error.message}. No key was made.`)
  }
}
