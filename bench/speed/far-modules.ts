import type { Modules } from './servers.ts'
import { workerModule } from './worker-module.ts'

/** Between continents. */
export const FAR_MS = 80

/** The same Worker on a D1 that is far away, in its requests and in its gates. */
export function farModules(modules: Modules, ms: number, gates: boolean): Modules {
  const [entry = ''] = Object.keys(modules)
  return {
    'far-entry.js': `import * as near from './${entry}'
import { farDatabase } from './far.js'
export * from './${entry}'
const known = new WeakMap()
function farAway(env) {
  if (!known.has(env)) known.set(env, { ...env, DB: farDatabase(env.DB, ${ms}) })
  return known.get(env)
}
export default {
  fetch: (request, env, context) => near.default.fetch(request, farAway(env), context),
}
${gates ? GATE(ms) : ''}`,
    'far.js': workerModule('far.ts'),
    ...modules,
  }
}

const GATE = (ms: number) => `export class Gate extends near.Gate {
  database() { return farDatabase(super.database(), ${ms}) }
}`
