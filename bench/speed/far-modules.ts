import type { Modules } from './servers.ts'
import { workerModule } from './worker-module.ts'

/** Between continents, in milliseconds. */
export const FAR_MS = 80

/** A request there moves D1 away; until then everything can be made quickly. */
export const FAR_PATH = '/far'

/** The same Worker on a D1 that can be moved far away, in its requests and in its gates. */
export function farModules(modules: Modules, gates: boolean): Modules {
  const [entry = ''] = Object.keys(modules)
  return {
    'far-entry.js': `import * as near from './${entry}'
import { farDatabase, farWorker } from './far.js'
export * from './${entry}'
export default farWorker(near.default, ${FAR_MS})
${gates ? GATE : ''}`,
    'far.js': workerModule('far.ts'),
    ...modules,
  }
}

const GATE = `export class Gate extends near.Gate {
  database() { return farDatabase(super.database()) }
}`
