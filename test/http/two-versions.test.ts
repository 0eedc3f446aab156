import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { signIn } from '../support/console.ts'
import { API, testServer, type TestServer } from '../support/server.ts'

// While a key is rotated two versions of the Worker run for some minutes, each with its own idea of the keys. A
// rotation in two deployments (first every version reads the new key, then it writes with it) has no wrong answer.

const NAMES = ['PEPPER', 'WRAPPING_KEY', 'AUDIT_KEY', 'COOKIE_KEY'] as const
const NEW = '2:the-newer-key-of-this-rotation-0123456789'

const having = (name: string, key: string) => testServer({ env: { [name]: key } })

/** Everything that a key is for, asked of one version while the other changes what is there. */
async function everythingWorks(one: TestServer, other: TestServer): Promise<string[]> {
  const client = await one.client({ [API]: 'invoices:read' })
  const created = await other.adminOk('POST', `/clients/${client.id}/secrets`, {})
  const newer = { ...client, secret: String(created['client_secret']) }
  await one.adminOk('POST', '/signing-keys', {})
  const visitor = await signIn(one)
  const failed: string[] = []
  const expect200 = async (what: string, asked: Promise<Response>) => {
    const { status } = await asked
    if (status !== 200) failed.push(`${what}: ${status}`)
  }
  for (const server of [one, other, one, other]) {
    await expect200('the first secret', server.tokenRequest(client))
    await expect200('the second secret', server.tokenRequest(newer))
    await expect200('suspend', server.suspend(client))
    await expect200('resume', server.resume(client))
    await expect200(
      'the session',
      server.send('/console/clients', { headers: { Cookie: visitor.cookie } }),
    )
    await expect200('health', server.send('/health'))
  }
  const { intact } = await other.adminOk('GET', '/audit-events/verification')
  return intact === true ? failed : [...failed, 'the audit log']
}

describe.each(NAMES)('%s, rotated in two deployments', (name) => {
  const old = env[name]

  it('has no wrong answer while versions of each step run beside each other', async () => {
    const [before, reads, writes] = [
      having(name, old),
      having(name, `${old},${NEW}`),
      having(name, `${NEW},${old}`),
    ]
    await before.api()
    expect(await everythingWorks(before, reads)).toEqual([])
    expect(await everythingWorks(reads, before)).toEqual([])
    expect(await everythingWorks(reads, writes)).toEqual([])
    expect(await everythingWorks(writes, reads)).toEqual([])
  })

  it('goes back as it came: after the swap the version before it reads what was written', async () => {
    const [reads, writes] = [having(name, `${old},${NEW}`), having(name, `${NEW},${old}`)]
    await reads.api()
    expect(await everythingWorks(writes, writes)).toEqual([])
    expect(await everythingWorks(reads, writes)).toEqual([])
  })
})

it('in one step the older version cannot read what the newer writes: it says so, and lets nobody in', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const [before, writes] = [testServer(), having('PEPPER', `${NEW},${env.PEPPER}`)]
  await before.api()
  const client = await writes.client({ [API]: 'invoices:read' })
  expect((await writes.tokenRequest(client)).status).toBe(200)
  expect((await before.tokenRequest(client)).status).toBe(503)
})
