import { join } from 'node:path'
import { builtWorker, ROOT } from './build.ts'
import { type FixedResponse, ISSUER, type RecordedDeployment } from './deployment.ts'
import { type Credentials, tokenRequest } from './deployment-requests.ts'
import { type Modules, type Server, startWorkerd } from './servers.ts'
import type { Recording } from './workers/answers.ts'
import { workerModule } from './worker-module.ts'

/** The built Worker on bare workerd, with bindings that answer what was recorded. */
export function stubbedModules({ built, recording }: RecordedDeployment): Modules {
  return {
    'entry.js': `import worker from './portcullis.js'
import recording from './recording.json'
import { stubbed, EMPTY_NAMESPACE } from './stub.js'
export default stubbed(worker, recording)
export { TokenIntrospection } from './portcullis.js'`,
    'portcullis.js': built,
    'stub.js': workerModule('stub.ts'),
    'recording.json': JSON.stringify(recording),
  }
}

export const startStubbed = (deployment: RecordedDeployment): Promise<Server> =>
  startWorkerd(stubbedModules(deployment))

/** A Worker that does the one read and the one signature, and nothing else; or reads its request too. */
function limitModules({ recording, client }: RecordedDeployment, readsRequest: boolean): Modules {
  return {
    'entry.js': `import recording from './recording.json'
import { limit } from './limit.js'
export default limit(recording, ${JSON.stringify(readOf(recording, client))}, ${readsRequest})`,
    'limit.js': workerModule('limit.ts'),
    'recording.json': JSON.stringify(recording),
  }
}

export const startLimit = (
  deployment: RecordedDeployment,
  readsRequest: boolean,
): Promise<Server> => startWorkerd(limitModules(deployment, readsRequest))

/** The statement that brings a client's secret, and how it was asked. */
function readOf({ answers }: Recording, { secret }: Credentials) {
  const keyId = secret.slice(3, 15)
  for (const [sql, known] of Object.entries(answers)) {
    for (const key of Object.keys(known)) {
      const [, method, values = ''] = /^(first|all) (.*)$/.exec(key) ?? []
      if (values.startsWith(`["${keyId}"`)) return { sql, method, values: JSON.parse(values) }
    }
  }
  throw new Error('no statement of the token path was recorded')
}

/** The least that answers in JSON. */
export const FIXED_OK: FixedResponse = {
  body: '{"ok":true}',
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=300' },
}

/** A Worker that always gives the same answer. */
export function fixedModules({ body, headers }: FixedResponse): Modules {
  return {
    'entry.js': `const body = ${JSON.stringify(body)}
const headers = new Headers(${JSON.stringify(headers)})
export default { fetch: () => new Response(body, { headers }) }`,
  }
}

export const startFixed = (response: FixedResponse): Promise<Server> =>
  startWorkerd(fixedModules(response))

/** The steps of the token path, each to be run as often as asked for. */
export function startSteps(deployment: RecordedDeployment): Promise<Server> {
  const modules = stubbedModules(deployment)
  return startWorkerd({
    'entry.js': `import portcullis from './stubbed.js'
import recording from './recording.json'
import { steps } from './steps.js'
export default steps(portcullis, recording, ${JSON.stringify(tokenRequest(deployment))})`,
    'stubbed.js': modules['entry.js'] ?? '',
    'portcullis.js': deployment.built,
    'stub.js': modules['stub.js'] ?? '',
    'steps.js': workerModule('steps.ts'),
    'recording.json': JSON.stringify(deployment.recording),
  })
}

/** An API behind the guard, and its open route beside it, on a KV that answers from memory. */
export function startGuarded({ jwks }: RecordedDeployment): Promise<Server> {
  return startWorkerd({
    'entry.js': `import api from './api.js'
const env = {
  ISSUER: ${JSON.stringify(ISSUER)},
  DENYLIST: EMPTY_NAMESPACE,
  AUTH: { fetch: async () => new Response(${JSON.stringify(jwks.body)}) },
}
export default { fetch: (request, _env, context) => api.fetch(request, env, context) }`,
    'api.js': builtWorker(join(ROOT, 'bench/guarded-api.ts')),
    'stub.js': workerModule('stub.ts'),
  })
}
