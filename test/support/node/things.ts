import { generateKeyPairSync } from 'node:crypto'
import type { RunningWorker } from './harness.ts'

const publicJwk = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })

/** The ids of one of each thing that commands change and delete, by the word for it in a command. */
export type Things = Record<string, string>

let made = 0

/** Makes one of each. FREE things are used by nothing, and so may be deleted. */
export async function makeThings(worker: RunningWorker): Promise<Things> {
  const n = (made += 1)
  const make = async (path: string, field: string, body: object) =>
    String((await worker.admin('POST', path, body))[field])
  const issuer = (name: string) => ({ issuer: `https://${name}-${n}.example`, jwks: keySet() })
  const api = { audience: `https://api-${n}.example`, name: 'API', permissions: [] }
  const HELD = await make('/roles', 'role_id', { name: `Held ${n}`, permissions: [] })
  const newClient = { client_name: `Client ${n}`, roles: [HELD] }
  const CLIENT = await make('/clients', 'client_id', newClient)
  const SUSPENDED = await make('/clients', 'client_id', { client_name: `Suspended ${n}` })
  await worker.admin('PUT', `/clients/${SUSPENDED}/suspension`, {})
  const USED = await make('/issuers', 'issuer_id', issuer('used'))
  const of = `/clients/${CLIENT}`
  const rule = { issuer_id: USED, subject: `job:${n}` }
  const san = { san_dns: `host-${n}.example` }
  const person = { email: `ada-${n}@example.com`, access: 'manage' }
  return {
    CLIENT,
    SUSPENDED,
    HELD,
    SECRET: await make(`${of}/secrets`, 'secret_id', {}),
    KEY: await make(`${of}/keys`, 'key_id', { jwk: publicJwk() }),
    CERTIFICATE: await make(`${of}/certificates`, 'certificate_id', san),
    WORKLOAD: await make(`${of}/federated-credentials`, 'credential_id', rule),
    FREE_ISSUER: await make('/issuers', 'issuer_id', issuer('free')),
    FREE_API: await make('/apis', 'api_id', api),
    FREE_ROLE: await make('/roles', 'role_id', { name: `Free ${n}`, permissions: [] }),
    PERSON: await make('/administrators', 'administrator_id', person),
  }
}

const keySet = () => ({ keys: [{ ...publicJwk(), kid: 'one', alg: 'ES256' }] })
