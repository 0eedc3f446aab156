import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import worker, { type WorkerEnv } from '../../src/worker.ts'

// A host with the middleware that hosts have: it has `Referrer-Policy: no-referrer`, under which a browser
// hides the Origin of forms from the host itself.

const app = new Hono<{ Bindings: WorkerEnv }>()
app.use(secureHeaders())
app.all('*', (c) => worker.fetch(c.req.raw, c.env, c.executionCtx as ExecutionContext))

export default app
