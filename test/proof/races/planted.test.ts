import { describe, expect, it } from 'vitest'
import { buildServer, type Edit } from '../build.ts'
import { report } from '../report.ts'
import { CRON, SECRETS, STATUS, TOKENS } from './pairs.ts'
import type { Pair } from './pair.ts'
import { BELIEVES_WHAT_IS_REMEMBERED } from '../model/assertion-defects.ts'
import { ASSERTIONS } from './assertions.ts'
import { CLIENT } from './own-endpoints.ts'
import { MACHINE, PERSON } from './rights.ts'
import { raceHarness } from './harness.ts'

// Proof that races can fail: each finds the defect that was put into a copy of the server.

const COMMIT = 'src/actions/changes/commit-change.ts'
const ACTIVE = 'src/actions/auth/active-token.ts'
const OUTBOX = 'src/storage/denylist/denylist-outbox.ts'
const READ_HEAD = '    const head = await deps.ledger.head()\n'
const CONFIRM = '    await confirmRight()\n'
const DECIDE = '    const decision = await decide(now)\n'

type Planted = {
  defect: string
  edits: Edit[]
  pairs: Pair[]
  name: string
  finds: string
  breaks: number
}

const PLANTED: Planted[] = [
  {
    defect: 'decides by what it read before the head of the log',
    edits: [
      { file: COMMIT, find: READ_HEAD, replace: '' },
      { file: COMMIT, find: DECIDE, replace: DECIDE + READ_HEAD },
    ],
    pairs: SECRETS,
    name: 'new secret and new secret at the cap',
    finds: 'no order of',
    breaks: 6,
  },
  {
    defect: 'answers before it commits',
    edits: [
      {
        file: COMMIT,
        find: 'if (await deps.ledger.commit(head, sealed, writes, leaseId)) return settled(deps, decision)',
        replace: 'return void deps.ledger.commit(head, sealed, writes, leaseId) ?? decision.result',
      },
    ],
    pairs: TOKENS,
    name: 'introspect and suspend',
    finds: 'no order of',
    breaks: 8,
  },
  {
    defect: 'remembers which tokens were active',
    edits: [
      {
        file: ACTIVE,
        find: 'export async function activeToken(',
        replace: 'const known = new Map<string, TokenClaims>()\nexport async function activeToken(',
      },
      {
        file: ACTIVE,
        find: "  return scope === '' ? null : { ...claims, scope }",
        replace: '  known.set(token, { ...claims, scope })\n  return { ...claims, scope }',
      },
      {
        file: ACTIVE,
        find: '  if (!facts?.client ||',
        replace: '  if (known.has(token)) return known.get(token)!\n  if (!facts?.client ||',
      },
    ],
    pairs: TOKENS,
    name: 'issue and suspend',
    finds: '"active":true',
    breaks: 1,
  },
  {
    defect: 'writes an entry that another is writing',
    edits: [
      {
        file: OUTBOX,
        find: 'WHERE client_id IN ${clientIds} AND ${IS_FREE}',
        replace: 'WHERE client_id IN ${clientIds}',
      },
    ],
    pairs: STATUS,
    name: 'suspend and resume',
    finds: 'was written over',
    breaks: 10,
  },
  {
    defect: 'takes no care of a writer that was slow',
    edits: [
      {
        file: OUTBOX,
        find: 'ELSE max(unsettled_until, unixepoch() + ${UNSETTLED}) END',
        replace: 'ELSE unsettled_until END',
      },
      { file: OUTBOX, find: 'j WHERE NOT EXISTS (', replace: 'j WHERE false AND NOT EXISTS (' },
    ],
    pairs: STATUS,
    name: 'suspend and resume',
    finds: 'and D1 says',
    breaks: 9,
  },
  {
    defect: 'hands a reminder over that another run has handed over',
    edits: [
      {
        file: 'src/storage/reminders/reminders.ts',
        find: 'due_at = ${repeatable ? now + CLAIM : null}',
        replace: 'due_at = ${now}',
      },
    ],
    pairs: CRON,
    name: 'cron and cron',
    finds: 'reminded twice',
    breaks: 13,
  },
  {
    defect: 'asks for a right at the head of a request alone',
    edits: [{ file: COMMIT, find: CONFIRM, replace: '' }],
    pairs: MACHINE,
    name: 'a machine suspended',
    finds: 'took the right to it',
    breaks: 16,
  },
  {
    defect: 'confirms the right before it reads the head of the log',
    edits: [
      { file: COMMIT, find: CONFIRM, replace: '' },
      { file: COMMIT, find: READ_HEAD, replace: CONFIRM + READ_HEAD },
    ],
    pairs: PERSON,
    name: 'a person removed',
    finds: 'took the right to it',
    breaks: 16,
  },
  {
    defect: 'rotates the secret that it authenticated with before the head',
    edits: [
      {
        file: 'src/actions/clients/rotate-secret.ts',
        find: 'const used = usableSecret(client, secretId, now)',
        replace: 'const used = client.secrets.find((one) => one.secretId === secretId)!',
      },
    ],
    pairs: CLIENT,
    name: 'rotate and suspend',
    finds: 'took the right to it',
    breaks: 16,
  },
  {
    defect: 'revokes for a client that authenticated before the head',
    edits: [
      {
        file: 'src/actions/tokens/revoke-token.ts',
        find: '      methodOf(credential).requireStillUsable(client, credential, now)\n',
        replace: '',
      },
    ],
    pairs: CLIENT,
    name: 'revoke and suspend',
    finds: 'took the right to it',
    breaks: 16,
  },
  {
    defect: 'believes the cookie of a session that was ended',
    edits: [
      {
        file: 'src/console/sign-in/session.ts',
        find: 'if (!found || !isOpen(found.session, deps.now())) return null',
        replace: 'if (!found) return null',
      },
    ],
    pairs: PERSON,
    name: 'a person signed out',
    finds: 'took the right to it',
    breaks: 16,
  },
]

const METHOD = 'src/actions/auth/public-key-method.ts'
const USES = 'src/storage/clients/credential-sql.ts'

const BY_ASSERTIONS: Planted[] = [
  {
    defect: 'looks whether an assertion was used, and notes it afterwards',
    edits: [
      {
        file: USES,
        find: '  const statement = d1.prepare(spending)',
        replace: `  const used = 'SELECT 1 FROM portcullis_used_assertions WHERE assertion_id = ?1'
  if (await d1.prepare(used).bind(spend.id).first()) return []
  const statement = d1.prepare(spending)`,
      },
      {
        file: USES,
        find: 'ON CONFLICT DO NOTHING',
        replace: 'ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at',
      },
    ],
    pairs: ASSERTIONS,
    name: 'one assertion twice',
    finds: 'no order of',
    breaks: 23,
  },
  {
    defect: 'remembers the keys of clients that were deleted',
    edits: BELIEVES_WHAT_IS_REMEMBERED,
    pairs: ASSERTIONS,
    name: 'assertions and the deletion of their key',
    finds: 'no order of',
    breaks: 23,
  },
  {
    defect: 'revokes for a client whose key was there before the head',
    edits: [
      {
        file: METHOD,
        find: '  if (isHeld && !client.suspension) return\n',
        replace: '  if (isHeld || !client.suspension) return\n',
      },
    ],
    pairs: ASSERTIONS,
    name: 'a revocation and the deletion of the key used',
    finds: 'took the right to it',
    breaks: 16,
  },
]

describe('a race finds', () => {
  it.each([...PLANTED, ...BY_ASSERTIONS].map((one) => [one.defect, one] as const))(
    'a server that %s',
    async (_, planted) => {
      const { defect, breaks, edits, pairs, name, finds } = planted
      const pair = pairs.find((one) => one.name === name)
      if (!pair) throw new Error(`no race ${name}`)
      const races = await raceHarness(await buildServer(edits))
      try {
        const found = await races.defectIn(pair, 1000)
        const invariant = found?.includes(finds) ? breaks : 0
        report('defect', { by: `race: ${name}`, name: defect, breaks, invariant })
        expect(found).toContain(finds)
      } finally {
        races.close()
      }
    },
  )

  it('INV-16: whichever way a right is lost, where it is asked for at the head alone', async () => {
    const races = await raceHarness(
      await buildServer([{ file: COMMIT, find: CONFIRM, replace: '' }]),
    )
    try {
      for (const pair of [...MACHINE, ...PERSON]) {
        expect([pair.name, await races.defectIn(pair, 1000)]).toEqual([
          pair.name,
          expect.stringContaining('took the right to it'),
        ])
      }
    } finally {
      races.close()
    }
  })
})
