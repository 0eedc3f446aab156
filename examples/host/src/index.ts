import { env, WorkerEntrypoint } from 'cloudflare:workers'
import { Hono } from 'hono'
// In this repository tsconfig.json's `paths` lead to ../../src/index.ts, for tsc and for wrangler, so
// that nothing need be built first; elsewhere this is the package.
import { createAuthServer } from 'portcullis'

type Env = {
  DB: D1Database
  DENYLIST: KVNamespace
  ISSUER: string
  BOOTSTRAP_TOKEN?: string
  PEPPER: string
  WRAPPING_KEY: string
  AUDIT_KEY: string
  COOKIE_KEY: string
}

const auth = createAuthServer<Env>({
  // An option must be right before the first request, so it is read when the Worker starts.
  issuer: (env as Env).ISSUER,
  bindings: (env) => ({
    database: env.DB,
    denylist: env.DENYLIST,
    pepper: env.PEPPER,
    wrappingKey: env.WRAPPING_KEY,
    auditKey: env.AUDIT_KEY,
    cookieKey: env.COOKIE_KEY,
    bootstrapToken: env.BOOTSTRAP_TOKEN,
  }),
})

const app = new Hono<{ Bindings: Env }>()

app.get('/', (c) => c.text('A host with an authorization server under /auth'))

app.route('/auth', auth.app)
app.route('/.well-known', auth.wellKnown)

app.get('/notes', async (c) => {
  const { results } = await c.env.DB.prepare('SELECT id, text FROM notes ORDER BY id').all()
  return c.json(results)
})

app.post('/notes', async (c) => {
  const insert = c.env.DB.prepare('INSERT INTO notes (text) VALUES (?) RETURNING id, text')
  return c.json(await insert.bind(await c.req.text()).first(), 201)
})

// Under the plugin's prefix, and after it: what the plugin does not name is still the host's.
app.get('/auth/about', (c) => c.text('Ask the billing team for a client'))

app.notFound((c) => c.text('The host has no such page', 404))

/**
 * Bound as a service by the other Workers of this account, which ask without credentials of their
 * own.
 */
export class TokenIntrospection extends WorkerEntrypoint<Env> {
  // The guard fetches the keys over the same binding.
  override fetch(request: Request): Response | Promise<Response> {
    return app.fetch(request, this.env, this.ctx)
  }

  introspect(token: string): ReturnType<typeof auth.introspect> {
    return auth.introspect(token, this.env)
  }
}

export default { fetch: app.fetch, scheduled: auth.scheduled } satisfies ExportedHandler<Env>
