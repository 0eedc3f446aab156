import { rmSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { builtCommandLine } from './command-line.ts'
import { type FaultyServer, faultyServer } from './faulty-server.ts'

/** The built command line, before a server that answers as each test plans: nothing lies behind it. */
export function scriptedCommandLine() {
  let built: ReturnType<typeof builtCommandLine> | null = null
  let server: FaultyServer | null = null

  beforeAll(async () => {
    built = builtCommandLine()
    server = await faultyServer('http://127.0.0.1:1')
  })

  afterAll(async () => {
    await server?.close()
    if (built) rmSync(built.folder, { recursive: true })
  })

  beforeEach(() => server?.plan())

  return {
    get built() {
      if (!built) throw new Error('it is built before the first test')
      return built
    },
    get server() {
      if (!server) throw new Error('it listens from the first test on')
      return server
    },
  }
}
