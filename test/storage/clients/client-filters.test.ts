import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Client } from '../../../src/domain/client.ts'
import type { Permission } from '../../../src/domain/permission.ts'
import type { ClientFilters, ClientSort } from '../../../src/domain/clients.ts'
import { STATUSES } from '../../../src/domain/status.ts'
import { DAY } from '../../../src/domain/time.ts'
import { aClient, aSecret, NOW, READ, RUNS } from '../../domain/arbitraries.ts'
import { BACKGROUND, commit, expectedIds, pagesOf } from '../listed-clients.ts'

const UNUSED: Pick<Client, 'suspension'>['suspension'][] = [null, null, { at: NOW, reason: 'leak' }]

/** A client by what a filter may ask for: few tags, roles and days, so that many share them. */
const life = fc.record({
  tags: fc.subarray(['env:prod', 'team:billing', 'env']),
  roles: fc.subarray(['role_full', 'role_empty']),
  permissions: fc.constantFrom<Permission[]>([], [READ]),
  lastUsedAt: fc.constantFrom(null, NOW - 90 * DAY, NOW - DAY, NOW),
  createdAt: fc.constantFrom(NOW - 100 * DAY, NOW - DAY),
  suspension: fc.constantFrom(...UNUSED),
  name: fc.constantFrom('Kraków export', 'Warehouse scanner – Rotterdam', 'prod', 'x'),
})

const optional = <T>(...values: T[]) => fc.constantFrom(undefined, undefined, ...values)

const filters: fc.Arbitrary<ClientFilters> = fc.record({
  tag: optional('env:prod', 'env', 'none'),
  roleId: optional('role_full', 'role_none'),
  audience: optional(READ.audience, 'https://none.example'),
  permission: optional(READ.permission, 'none'),
  unusedSince: optional(NOW - 80 * DAY, NOW, NOW + 1),
  key: optional('key_1', 'hint', 'none'),
})

const query = fc.record({
  status: fc.constantFrom(null, null, ...STATUSES),
  q: fc.constantFrom(null, null, 'krakow', 'rotterdam scanner', 'prod', 'key_1', 'x prod', '%'),
  sort: fc.constantFrom<ClientSort>('name', '-created_at', 'attention', 'last_used_at'),
  limit: fc.integer({ min: 1, max: 4 }),
})

function clientOf(fields: Partial<Client>, id: string, n: number): Client {
  const roles = fields.roles ?? []
  const permissions = fields.permissions ?? []
  const isHeld = permissions.length > 0 || roles.includes('role_full')
  const keyId = n === 1 ? 'key_1' : `${id}_key`
  const secret = aSecret({
    secretId: `${id}_secret`,
    hint: n === 2 ? 'hint' : 'abcd',
    verifier: { keyId, digest: 'digest', pepperVersion: '1' },
    createdAt: fields.createdAt ?? NOW,
  })
  return aClient({ ...fields, clientId: id, access: isHeld ? [READ] : [], secrets: [secret] })
}

/** Half of them were used by a credential, the others got a token. */
async function use(clients: Client[]): Promise<void> {
  const statements = clients.flatMap(({ clientId, lastUsedAt }, i) => {
    if (lastUsedAt === null) return []
    const table =
      i % 2 === 0 ? 'portcullis_secrets SET last_used_at' : 'portcullis_clients SET last_token_at'
    return [env.DB.prepare(`UPDATE ${table} = ? WHERE client_id = ?`).bind(lastUsedAt, clientId)]
  })
  if (statements.length > 0) await env.DB.batch(statements)
}

describe('the filters of a list', () => {
  it('find whom the domain says, each by itself and with all others, in every order', async () => {
    await commit(BACKGROUND, NOW)
    let [run, last]: [number, Client[]] = [0, []]
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(query, filters), { minLength: 8, maxLength: 8 }),
        async (lives, asked) => {
          const id = `client_${run++}`
          const clients = lives.map((fields, n) => clientOf(fields, `${id}_${n}`, n))
          await commit(
            [
              ...last.map((before) => ({ kind: 'client', before, after: null }) as const),
              ...clients.map((after) => ({ kind: 'client', before: null, after }) as const),
            ],
            NOW,
          )
          await use(clients)
          last = clients
          for (const [of, by] of asked) {
            const found = (await pagesOf({ ...of, ...by }, NOW)).flat()
            expect([of, by, found]).toEqual([of, by, expectedIds(clients, { ...of, ...by }, NOW)])
          }
        },
      ),
      { ...RUNS, numRuns: 25 },
    )
  })
})

const usedAt = () =>
  env.DB.prepare(
    "SELECT last_used_at AS at FROM portcullis_clients WHERE client_id = 'client_1'",
  ).first<number>('at')

describe('the last use of a client', () => {
  it('is the newest of its tokens and of the uses of its credentials, and outlasts a credential', async () => {
    const client = aClient({
      secrets: [
        aSecret(),
        aSecret({
          secretId: 'other',
          verifier: {
            keyId: 'other',
            digest: '',
            pepperVersion: '1',
          },
        }),
      ],
    })
    await commit([...BACKGROUND, { kind: 'client', before: null, after: client }], NOW)
    const set = (sql: string) => env.DB.prepare(`UPDATE portcullis_${sql}`).run()
    expect(await usedAt()).toBe(0)
    await set("secrets SET last_used_at = 500 WHERE secret_id = 'other'")
    await set('clients SET last_token_at = 400')
    expect(await usedAt()).toBe(500)
    await set('clients SET last_token_at = 600')
    await env.DB.prepare("DELETE FROM portcullis_secrets WHERE secret_id = 'other'").run()
    expect(await usedAt()).toBe(600)
    // A fast clock was corrected: what lies more than ten minutes ahead is not believed.
    await set('clients SET last_token_at = 9000')
    await set('clients SET last_token_at = 700')
    expect(await usedAt()).toBe(700)
  })
})
