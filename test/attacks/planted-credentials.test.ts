import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import { askWith, assertionBy, clientWithKey, signerOf } from '../support/assertions-by-keys.ts'
import { API, testServer, type TestServer } from '../support/server.ts'
import { WORKLOADS, type Workload } from '../support/workload-claims.ts'
import { DOORS, federated, workloadToken } from '../support/workloads.ts'

// An attacker who can write D1 cannot add what a client proves itself by: each row has a keyed hash.

const KUBERNETES = WORKLOADS['Kubernetes'] as Workload
const write = (text: string, ...values: unknown[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run()

let server: TestServer
beforeEach(async () => {
  server = testServer()
  await server.api()
})

it('a public key that was changed in the database is not a key', async () => {
  const [own, attacker] = [await signerOf('ES256'), await signerOf('ES256')]
  const { id } = await clientWithKey(server, own)
  await write(
    `UPDATE portcullis_secrets SET material = json_set(material, '$.jwk.x', ?, '$.jwk.y', ?)
    WHERE client_id = ?`,
    attacker.jwk['x'],
    attacker.jwk['y'],
    id,
  )
  const response = await askWith(server, await assertionBy(attacker, id, server.clock.now))
  expect(response.status).toBe(401)
})

it('the public key of one client is not that of another, to which its row was moved', async () => {
  const own = await signerOf('ES256')
  const [mine, other] = [
    await clientWithKey(server, own),
    await server.client({ [API]: 'invoices:read' }),
  ]
  await write('UPDATE portcullis_secrets SET client_id = ? WHERE client_id = ?', other.id, mine.id)
  const response = await askWith(server, await assertionBy(own, other.id, server.clock.now))
  expect(response.status).toBe(401)
})

it('a rule that was changed in the database lets no one in', async () => {
  const { signer, id } = await federated(server, KUBERNETES)
  const subject = 'system:serviceaccount:payments:attacker'
  await write(
    `UPDATE portcullis_secrets SET material = json_set(material, '$.subject', ?, '$.claims', json('{}'))
    WHERE client_id = ?`,
    subject,
    id,
  )
  const claims = { sub: subject }
  const assertion = await workloadToken(KUBERNETES, signer, server.clock.now, { claims })
  const response = await server.form('/oauth/token', {
    ...DOORS.client_assertion(assertion),
    client_id: id,
  })
  expect(response.status).toBe(401)
})

it('an issuer whose keys were changed in the database is not believed', async () => {
  const { id } = await federated(server, KUBERNETES)
  const attacker = await signerOf('RS256')
  await write(
    `UPDATE portcullis_issuers SET trust = json_set(trust, '$.keys.keys[0].jwk.n', ?)`,
    attacker.jwk['n'],
  )
  const assertion = await workloadToken(KUBERNETES, attacker, server.clock.now)
  const response = await server.form('/oauth/token', {
    ...DOORS.client_assertion(assertion),
    client_id: id,
  })
  expect(response.status).toBe(401)
})
