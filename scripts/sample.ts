import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A client that asks for tokens, and one with which the API introspects them. */
export type Sample = { client: Credentials; api: Credentials }
type Credentials = { id: string; secret: string }

const AUDIENCE = 'https://api.example.com'

/**
 * The sample API and its clients, made once. Their secrets are shown once by the server, so that this
 * copy keeps them beside its local state, as a client would keep its own.
 */
export async function sampleOf(
  origin: string,
  state: string,
  bootstrapToken: string | undefined,
): Promise<Sample | null> {
  const file = join(state, 'sample.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Sample
  if (!bootstrapToken) return null
  const sample = await makeSample((path, body) => post(origin, bootstrapToken, path, body))
  writeFileSync(file, JSON.stringify(sample), { mode: 0o600 })
  return sample
}

type Post = (path: string, body: object) => Promise<{ client_id: string; client_secret: string }>

async function makeSample(send: Post): Promise<Sample> {
  await send('apis', {
    audience: AUDIENCE,
    name: 'Sample billing API',
    permissions: [
      { permission: 'invoices:read', description: 'Read invoices', group: 'Invoices' },
      {
        permission: 'invoices:write',
        description: 'Create and change invoices',
        group: 'Invoices',
      },
    ],
  })
  const client = await send('clients', {
    client_name: 'Nightly billing export',
    description: 'The sample client.',
    permissions: [{ audience: AUDIENCE, permission: 'invoices:read' }],
  })
  const api = await send('clients', {
    client_name: 'Sample billing API',
    description: 'With this the sample API asks whether a token is active.',
    permissions: [{ audience: AUDIENCE, permission: 'tokens:introspect' }],
  })
  return {
    client: { id: client.client_id, secret: client.client_secret },
    api: { id: api.client_id, secret: api.client_secret },
  }
}

async function post(origin: string, token: string, path: string, body: object) {
  const response = await fetch(`${origin}/admin/v1/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  // The API is there already when an earlier first start was cut short.
  if (!response.ok && response.status !== 409)
    throw new Error(`The sample could not be made: ${await response.text()}`)
  return (await response.json()) as { client_id: string; client_secret: string }
}

/**
 * Commands that work when they are pasted, one after the other, into a shell. `hasToken`: the shell has
 * the bootstrap token in its environment already.
 */
export function printCommands(origin: string, { client, api }: Sample, hasToken: boolean): void {
  const readToken = hasToken ? '' : '  . ./.dev.vars\n'
  console.log(`
Get a token:

  TOKEN=$(curl -s -u '${client.id}:${client.secret}' -d grant_type=client_credentials ${origin}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'); echo "$TOKEN"

Ask whether it is active, as the API would:

  curl -sw '\\n' -u '${api.id}:${api.secret}' -d token="$TOKEN" ${origin}/oauth/introspect

Suspend the client, ask again, resume it, ask once more:

${readToken}  curl -sw '\\n' -X PUT -H "Authorization: Bearer $BOOTSTRAP_TOKEN" ${origin}/admin/v1/clients/${client.id}/suspension
  curl -sw '\\n' -X DELETE -H "Authorization: Bearer $BOOTSTRAP_TOKEN" ${origin}/admin/v1/clients/${client.id}/suspension
`)
}
