import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtCommandLine, run } from '../support/node/command-line.ts'
import { asBootstrap } from '../support/node/every-command.ts'
import { type RunningWorker, runWorker } from '../support/node/harness.ts'

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>

beforeAll(async () => {
  built = builtCommandLine()
  worker = await runWorker()
})
afterAll(async () => {
  await worker.close()
  rmSync(built.folder, { recursive: true })
})

/** Words of the API's addresses, and names that every object has in JavaScript. */
const WORDS = ['clients', 'apis', 'secrets', 'suspension', 'access', 'incidents', 'toString']

/** Each command with what it says, in an order in which each succeeds. */
const COMMANDS: [string, string][] = [
  ['clients show ID', 'Client id'],
  ['clients edit ID --description New', 'Changed'],
  ['clients access set ID --none', 'may do: nothing'],
  ['clients duplicate ID', 'client_'],
  ['clients secrets create ID', 'pc_'],
  ['clients secrets list ID', 'secret_'],
  ['keys list ID', 'No public keys'],
  ['clients suspend ID', 'Suspended since'],
  ['clients resume ID', 'Resumed: '],
  ['clients suspend ID --json', '"suspended": true'],
  ['clients delete ID --yes', 'Deleted ID.'],
]

it.each(WORDS)('a client whose imported id is "%s" is reached by every command', async (id) => {
  const secret = { text: `a-secret-of-16-or-more-${id}` }
  const clients = [{ client_id: id, client_name: `Legacy ${id}`, secret }]
  await worker.admin('POST', '/client-imports', { clients })
  for (const [command, says] of COMMANDS) {
    const words = command.split(' ').map((word) => (word === 'ID' ? id : word))
    const env = asBootstrap(worker.issuer)
    const { code, stdout, stderr } = await run([process.execPath, built.bin, ...words], { env })
    expect([command, code, stdout], stderr).toEqual([
      command,
      0,
      expect.stringContaining(says.replace('ID', id)),
    ])
  }
})
