// A Worker on Miniflare, in a process of its own: node miniflare-server.ts <what startMiniflare wrote>
import { readFileSync } from 'node:fs'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { endWithParent } from '../../scripts/end-with-parent.mjs'
import { COMPATIBILITY_DATE } from './build.ts'
import type { Simulated } from './servers.ts'

const { modules, vars, schema, gates } = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
) as Simulated

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    modules: Object.entries(modules).map(([path, contents]) => ({
      type: 'ESModule' as const,
      path,
      contents,
    })),
    compatibilityDate: COMPATIBILITY_DATE,
    bindings: vars ?? {},
    d1Databases: ['DB'],
    kvNamespaces: ['DENYLIST'],
    ...(gates && { durableObjects: { GATES: { className: 'Gate', useSQLite: true } } }),
    // The usual socket has a proxy before it, which costs many times what the Worker does.
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }),
)
const end = () => void miniflare.dispose().then(() => process.exit(0))
process.once('SIGTERM', end)
endWithParent(end)

const database = await miniflare.getD1Database('DB')
for (const statement of schema ?? []) await database.prepare(statement).run()
const url = await miniflare.unsafeGetDirectURL()
console.log(`READY ${url.origin}`)
