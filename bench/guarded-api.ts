import { Hono } from 'hono'
import {
  type DenylistReader,
  type GuardOptions,
  type Introspector,
  requireToken,
} from '../src/guard/index.ts'

type Env = {
  AUTH: Introspector
  DENYLIST: DenylistReader
  ISSUER: string
  CLIENT_ID: string
  CLIENT_SECRET: string
}

const guard = (more: (env: Env) => Partial<GuardOptions>) =>
  requireToken((env: Env) => ({
    issuer: env.ISSUER,
    audience: 'https://api.example.com',
    ...more(env),
  }))

// One route for each mode, all with the same handler; `/open` has no guard.
const app = new Hono<{ Bindings: Env }>()
app.use(
  '/binding',
  guard(({ AUTH }) => ({ fetcher: AUTH })),
)
app.use(
  '/http',
  guard(({ AUTH, CLIENT_ID, CLIENT_SECRET }) => ({
    fetcher: AUTH,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
  })),
)
app.use(
  '/remembered',
  guard(({ AUTH }) => ({ fetcher: AUTH, maxStaleness: 10 })),
)
app.use(
  '/denylist',
  guard(({ AUTH, DENYLIST }) => ({ fetcher: AUTH, denylist: DENYLIST, maxStaleness: 60 })),
)
app.get('*', (c) => c.json({ invoices: [] }))

export default app
