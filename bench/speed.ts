import { measureCold } from './speed/cold.ts'
import { measureByTurns } from './speed/measure.ts'
import { readSpeedOptions, type SpeedOptions } from './speed/options.ts'
import { installPeers } from './speed/peers.ts'
import { type RecordedDeployment, recordPortcullis } from './speed/deployment.ts'
import { printTable, type Table } from './speed/print.ts'
import { coldTable, conditions, tableOf, verdictTable } from './speed/report.ts'
import { endOnSignals } from './speed/servers.ts'
import { openRegistry, type Registry } from './speed/registry.ts'
import { measureSizes } from './speed/sizes.ts'
import {
  coldVerdict,
  sizeVerdict,
  type Verdict,
  verdictsOf,
  writesVerdict,
} from './speed/verdicts.ts'
import { type Workload, WORKLOADS } from './speed/workloads.ts'

/** Processes of each kind that are started to see a first answer. */
const COLD_TIMES = 15

/** How many requests at once the goals are about. */
const GOALS_AT = 64

/** Portcullis beside what a user would pick instead, in one run on one machine. */
export async function run(args: string[]): Promise<void> {
  const options = readSpeedOptions(args)
  endOnSignals()
  const wanted = wantedOf(options)
  installPeers()
  const print = (table: Table) => printTable(table, options.markdown)
  print(conditions(options))
  const deployment = await recordPortcullis()
  const verdicts: Verdict[] = []
  for (const workload of WORKLOADS.filter(({ name }) => wanted(name))) {
    verdicts.push(...(await measured(workload, deployment, options, print)))
  }
  if (wanted('cold')) {
    const cold = await measureCold(deployment, COLD_TIMES)
    print(coldTable(cold, COLD_TIMES))
    verdicts.push(coldVerdict(cold))
  }
  if (wanted('size')) verdicts.push(...measureSizes(deployment.built).map(sizeVerdict))
  if (verdicts.length > 0) print(verdictTable(verdicts))
}

function wantedOf({ only }: SpeedOptions): (name: string) => boolean {
  const names = [...WORKLOADS.map(({ name }) => name), 'cold', 'size']
  const unknown = only.filter((name) => !names.includes(name))
  if (unknown.length === 0) return (name) => only.length === 0 || only.includes(name)
  throw new TypeError(`There is no table ${unknown.join(', ')}: choose of ${names.join(', ')}.`)
}

/** With servers of its own: what one table's load left behind in a peer is not the next one's. */
async function measured(
  workload: Workload,
  deployment: RecordedDeployment,
  options: SpeedOptions,
  print: (table: Table) => void,
): Promise<Verdict[]> {
  const registry = openRegistry(deployment)
  try {
    return await measuredOn(registry, workload, options, print)
  } finally {
    await registry.close()
  }
}

async function measuredOn(
  registry: Registry,
  workload: Workload,
  options: SpeedOptions,
  print: (table: Table) => void,
): Promise<Verdict[]> {
  const targets = await workload.targets(registry)
  const verdicts: Verdict[] = []
  for (const connections of options.connections) {
    const figures = await measureByTurns(targets, options, connections)
    print(tableOf(workload, figures, connections))
    if (connections !== GOALS_AT) continue
    verdicts.push(...verdictsOf(workload, figures))
    if (workload.name === 'refusals') verdicts.push(writesVerdict(figures))
  }
  return verdicts
}
