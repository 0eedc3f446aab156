import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { actionsIn } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { EXAMPLES } from '../../src/cli/examples.ts'
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

// Dozens of processes. npx itself runs that of the first block, and in its place a function the others: it takes
// twice as long to start as they do.
const AS_NPX_DOES = 'npx() { "$PROJECT/node_modules/.bin/$1" "${@:2}"; }'

it('the commands on the page work, one after the other, as they stand', async () => {
  const [first = '', ...others] = blocks
  expect(first).toContain('npx portcullis')
  const script = ['set -e', `PROJECT='${project}'`, 'cd "$PROJECT"', first, AS_NPX_DOES, ...others]
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

const actions = actionsIn(commands)

/** The flags of a command; a switch and its opposite are one. */
function optionsOf({ options }: (typeof actions)[number][1]): string {
  const flags = options.map(({ flags: text }) => text).filter((text) => text !== '--json')
  const shown = flags
    .filter((flag) => !flags.includes(flag.replace('--no-', '--')) || !flag.startsWith('--no-'))
    .map((flag) =>
      flags.includes(flag.replace('--', '--no-')) ? flag.replace('--', '--[no-]') : flag,
    )
  return shown.map((flag) => `\`${flag.replace(/ <(.*)>$/, ' $1')}\``).join(', ')
}

/** The table of the page, as it has to be. */
function tableOfCommands(): string {
  const rows = actions.map(
    ([name, command]) => `| \`${name}\` | ${command.summary()} | ${optionsOf(command)} |`,
  )
  return ['| command | what it does | its options |', '|---|---|---|', ...rows].join('\n')
}

it('the page has a table of all commands with all their options, and every exit code', () => {
  const [, table] = /(\| command \| what it does \| its options \|\n[^]*?)\n\n/.exec(PAGE) ?? []
  expect(table).toBe(tableOfCommands())
  for (const [code, meaning] of EXIT_MEANINGS) expect(PAGE).toContain(`| ${code} | ${meaning} |`)
})

it('the help of a noun that stands alone has the options of the command that it is then', async () => {
  const [list, audit] = await Promise.all(
    [['audit', 'list'], ['audit']].map((words) => run([built.bin, ...words, '--help'], {})),
  )
  const flags = (text = '') => text.match(/^ {2}--[a-z-]+/gm) ?? []
  expect(flags(list?.stdout).length).toBeGreaterThan(8)
  expect(flags(audit?.stdout)).toEqual(flags(list?.stdout))
})

it('the help of every command has examples, of what the command takes', () => {
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(actions.map(([name]) => name).toSorted())
  for (const [name, command] of actions) {
    const known = command.options.map(({ long }) => long)
    for (const example of EXAMPLES[name] ?? []) {
      const [given = ''] = example.split(' -- ')
      const flags = given.match(/ --[a-z-]+/g) ?? []
      // `audit` alone is `audit list`.
      expect(example).toMatch(new RegExp(`^${name.replace('audit list', 'audit( list)?')}( |$)`))
      expect(known).toEqual(expect.arrayContaining(flags.map((flag) => flag.trim())))
    }
  }
})
