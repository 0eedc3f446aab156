import { DAY, isoTime } from '../../domain/time.ts'
import { countedInWords } from '../../domain/count.ts'
import { openAdmin } from '../admin.ts'
import { action } from '../command.ts'
import { EXIT, type ExitCode, Failure, usageFailure } from '../failure.ts'
import { prompt } from '../secret-input.ts'
import { printJson } from '../terminal.ts'
import { readText } from '../text-file.ts'
import { planAuth0 } from './auth0.ts'
import { carryOut, type Imported } from './carry-out.ts'
import { compare, type Steps } from './compare.ts'
import { planHydra, readSecrets } from './hydra.ts'
import { jsonIn } from './json.ts'
import { planKeycloak } from './keycloak.ts'
import type { Plan } from './plan.ts'
import { sayPlan, sayResults } from './say.ts'

const common = {
  file: {
    type: 'positional',
    required: true,
    many: true,
    description: 'The export as JSON, in one file or several; - for standard input',
  },
  dryRun: { type: 'boolean', description: 'Show what would be done, and do nothing' },
  yes: { type: 'boolean', description: 'Without asking' },
  secretDays: {
    type: 'string',
    valueHint: 'N',
    description: 'For how many days the imported secrets work (default as the server has it)',
  },
} as const

const hydraArgs = {
  ...common,
  secrets: {
    type: 'string',
    valueHint: 'FILE',
    description: 'The secrets or their hashes: CSV of id,client_secret, or JSON',
  },
  audience: {
    type: 'string',
    valueHint: 'TEXT',
    description: 'The audience of clients that have scopes and no audience',
  },
} as const

type Given = { dryRun: boolean; yes: boolean; secretDays: string | undefined; json: boolean }

export const auth0 = action(
  'auth0',
  'Import the machine-to-machine applications of Auth0 with their ids and secrets',
  common,
  async ({ file, ...given }) => bring(given, async () => planAuth0(await exportsIn(file))),
)

export const keycloak = action(
  'keycloak',
  'Import the service accounts of a Keycloak realm with their ids and secrets',
  common,
  async ({ file, ...given }) => bring(given, async () => planKeycloak(await exportsIn(file))),
)

export const hydra = action(
  'hydra',
  'Import the clients of Ory Hydra with their ids, and their secrets or their hashes',
  hydraArgs,
  async ({ file, secrets: from, audience, ...given }) =>
    bring(given, async () => {
      const secrets = from === undefined ? new Map() : readSecrets(await readText(from), from)
      return planHydra(await exportsIn(file), { secrets, audience })
    }),
)

async function exportsIn(files: string[]): Promise<unknown[]> {
  const exports = []
  for (const file of files) exports.push(jsonIn(await readText(file), file))
  return exports
}

async function bring(given: Given, read: () => Promise<Plan>): Promise<ExitCode> {
  const { dryRun, yes, json } = given
  const expiresOn = dateIn(given.secretDays)
  if (!dryRun && !yes && (json || !process.stdin.isTTY)) {
    throw usageFailure('Look at it with --dry-run first. Without a terminal to ask on, give --yes.')
  }
  const plan = await read()
  if (plan.clients.length + plan.skipped.length === 0) {
    throw new Failure(EXIT.notFound, 'There is no client in this export.')
  }
  const admin = await openAdmin()
  const steps = await compare(admin, plan)
  if (!json) sayPlan(steps)
  if (dryRun) {
    if (json) printJson(asJson(steps, []))
    return EXIT.ok
  }
  if (!yes) await confirm(steps)
  const results = await carryOut(admin, steps, expiresOn)
  if (json) printJson(asJson(steps, results))
  else sayResults(results)
  return results.some(({ outcome }) => outcome === 'refused') ? EXIT.failed : EXIT.ok
}

/** The day on which a secret of today ends that works for so many days. */
function dateIn(days: string | undefined): string | undefined {
  if (days === undefined) return undefined
  if (!/^[1-9]\d{0,3}$/.test(days))
    throw usageFailure(`--secret-days "${days}" is not a number of days.`)
  return isoTime(Math.floor(Date.now() / 1000) + Number(days) * DAY).slice(0, 10)
}

async function confirm({ clients }: Steps): Promise<void> {
  const typed = await prompt(`Import ${countedInWords(clients.length, 'client')}? Type yes: `)
  if (typed !== 'yes') throw new Failure(EXIT.failed, 'Nothing was imported.')
}

/** Before anything is done, a client has no outcome. */
function asJson({ apis, roles, clients, skipped, notes }: Steps, results: Imported[]): object {
  return {
    apis: apis.map(({ audience, existing, missing }) => ({
      audience,
      exists: existing !== null,
      adds: missing.map(({ permission }) => permission),
    })),
    roles: roles.map(({ name, roleId }) => ({ name, exists: roleId !== null })),
    clients: clients.map(({ client_id, client_name }, i) => ({
      client_id,
      client_name,
      outcome: null,
      ...results[i],
    })),
    skipped,
    notes,
  }
}
