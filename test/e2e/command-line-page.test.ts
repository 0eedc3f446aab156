import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Command } from 'commander'
import { commands } from '../../src/cli/commands.ts'
import { EXIT_MEANINGS } from '../../src/cli/failure.ts'
import { builtCommandLine, run } from '../support/node/command-line.ts'
import { BOOTSTRAP_TOKEN, type RunningWorker, runWorker } from '../support/node/harness.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/command-line.md'), 'utf8')
const blocks = [...PAGE.matchAll(/```bash\n([^]*?)```/g)].map((match) => match[1] ?? '')

let worker: RunningWorker
let built: ReturnType<typeof builtCommandLine>
/** A project with the package installed: there `npx` finds it. */
let project = ''

beforeAll(async () => {
  built = builtCommandLine()
  project = join(built.folder, 'project')
  mkdirSync(join(project, 'node_modules/.bin'), { recursive: true })
  symlinkSync(built.bin, join(project, 'node_modules/.bin/portcullis'))
  writeFileSync(join(project, 'package.json'), '{}')
  writeFileSync(join(project, '.dev.vars'), `BOOTSTRAP_TOKEN="${BOOTSTRAP_TOKEN}"\n`)
  worker = await runWorker()
  const permissions = [{ permission: 'invoices:read' }]
  const api = { audience: 'https://api.example.com', name: 'Billing', permissions }
  await worker.admin('POST', '/apis', api)
})

afterAll(async () => {
  await worker.close()
  rmSync(built.folder, { recursive: true })
})

// Two dozen processes, each by way of npx.
it('the commands on the page work, one after the other, as they stand', {
  timeout: 240_000,
}, async () => {
  const script = ['set -e', `cd '${project}'`, ...blocks]
    .join('\n')
    .replaceAll('http://localhost:8787', worker.issuer)
  const env = { HOME: project, npm_config_offline: 'true', npm_config_update_notifier: 'false' }
  const { code, stdout, stderr } = await run(['bash', '--norc', '-c', script], { env })
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/^Logged in to/m)
  expect(stdout).toMatch(/^Needs attention +Partner import +client_\w+ +in \d+ \w+ +never$/m)
  expect(stdout).toMatch(/^Suspended since .* propagation complete: Partner import/m)
  expect(stdout).toMatch(/^key_\w+ +\S+ +ES256 +CI runner +never +never$/m)
  expect(stdout).toMatch(/^cert_\w+ +exactly CN=invoice-reader +Export server +\d{4}-/m)
  expect(stdout).toMatch(/^cert_\w+ +san_dns=exports\.example\.com +never +never$/m)
  expect(stdout).toMatch(
    /^fed_\w+ +iss_\w+ +repository_id="123456789", environment=production +Deployment +never +never$/m,
  )
  expect(stdout).toMatch(/^Refused$/m)
  expect(stdout).toMatch(/^client_id +client_\w+$/m)
  expect(stdout).toMatch(/^Active$/m)
  expect(stdout).toMatch(/client\.suspended .* token in a public log$/m)
})

/** Each command that does something, by the words that name it. */
function namesIn(command: Command, above: string): string[] {
  const name = above + command.name()
  if (command.commands.length === 0) return [name]
  return command.commands.flatMap((below) => namesIn(below, `${name} `))
}

it('the page has every command and every exit code', () => {
  const names = commands.commands.flatMap((command) => namesIn(command, ''))
  const missing = names.filter(
    (name) => !PAGE.includes(`portcullis ${name}`) && !PAGE.includes(`\`${name}\``),
  )
  expect(missing).toEqual([])
  for (const [code, meaning] of EXIT_MEANINGS) expect(PAGE).toContain(`| ${code} | ${meaning} |`)
})
