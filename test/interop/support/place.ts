import { type Client, runWorker } from '../../support/node/harness.ts'
import { secureDoor } from './secure-door.ts'

export const AUDIENCE = 'https://billing.example.com'

/** The configuration of a library: whom to ask, for which API, and as which client. */
export type Here = {
  issuer: string
  audience: string
  /** Another API, on which the client has the same permission. */
  other: string
  client: Client
  /** The API's own client: it may introspect. */
  api: Client
}

/** The built Worker behind HTTPS, with an API. */
export type Place = Awaited<ReturnType<typeof openPlace>>

export async function openPlace() {
  const door = await secureDoor()
  const worker = await runWorker({ ISSUER: door.url })
  door.to(worker.issuer)
  const OTHER = 'https://orders.example.com'
  await register(OTHER)

  /** An API and its own client. */
  async function register(audience: string, ...more: string[]) {
    const permissions = ['invoices:read', ...more].map((permission) => ({ permission }))
    await worker.admin('POST', '/apis', { audience, name: audience, permissions })
    return worker.client(audience, 'tokens:introspect')
  }

  /** A client of an API, and of another, whose tokens are not for the first. */
  async function newcomer(audience: string, api: Client): Promise<Here> {
    const client = await worker.client(audience, 'invoices:read')
    const permissions = [audience, OTHER].map((each) => ({
      audience: each,
      permission: 'invoices:read',
    }))
    await worker.admin('PUT', `/clients/${client.id}/access`, { roles: [], permissions })
    return { issuer: door.url, audience, other: OTHER, client, api }
  }

  async function close() {
    door.close()
    await worker.close()
  }

  const suspend = ({ client }: Here) => worker.admin('PUT', `/clients/${client.id}/suspension`)
  const resume = ({ client }: Here) => worker.admin('DELETE', `/clients/${client.id}/suspension`)
  return { issuer: door.url, worker, register, newcomer, suspend, resume, close }
}

/** As curl does it: with no library. */
export async function tokenOf({ issuer, audience, client }: Here): Promise<string> {
  const answer = await form(`${issuer}/oauth/token`, client, {
    grant_type: 'client_credentials',
    resource: audience,
  })
  return String(answer['access_token'])
}

export async function isActive({ issuer, api }: Here, token: string): Promise<boolean> {
  return (await form(`${issuer}/oauth/introspect`, api, { token }))['active'] === true
}

async function form(url: string, { id, secret }: Client, fields: Record<string, string>) {
  const headers = { Authorization: `Basic ${btoa(`${id}:${secret}`)}` }
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Record<string, unknown>
}
