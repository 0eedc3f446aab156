import type { Edit } from '../build.ts'
import type { Defect } from './defects.ts'

// Defects that a server could have where a client proves itself by a public key.

const SQL = 'src/storage/clients/credential-sql.ts'
const VERIFIER = 'src/crypto/assertion-verifier.ts'
const METHOD = 'src/actions/auth/public-key-method.ts'

/** Anyone uses up the `jti` of a client that has a key. */
const USES_UP_FIRST = `async examine(deps, presented, now) {
    const { known } = await deps.verificationKeys.of(presented.clientId, now)
    const [own] = known?.keys ?? []
    const claims = JSON.parse(atob(presented.assertion.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')))
    const spent = { id: presented.clientId + claims.jti, expiresAt: claims.exp }
    const early = own && await deps.credentials.withTokens({ keyId: own.keyId, spend: spent }, [null])
    if (early && !early.credential) return { fault: failureOf('used_before_or_key_gone') }`

const FOUND =
  'return [Object.fromEntries(columns.map((name, at) => [name, plainValue(values[at])])) as Row]'

/** An isolate's memory of what it read: a key that was deleted lives on in it. */
const MEMORY = `const memories = ((globalThis as any).readBefore ??= new WeakMap()) as WeakMap<object, Map<string, Row>>
  const memory = memories.get(d1) ?? new Map<string, Row>()
  memories.set(d1, memory)
  const known = memory.get(spending + bound[0])
  const use = 'INSERT INTO portcullis_used_assertions VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING 1 AS n'
  const isNew = !row && known && (await d1.prepare(use).bind(spend.id, spend.expiresAt).first())
  if (!row) return isNew ? [known] : []`

export const BELIEVES_WHAT_IS_REMEMBERED: Edit[] = [
  { file: SQL, find: 'if (!row) return []', replace: MEMORY },
  {
    file: SQL,
    find: FOUND,
    replace: FOUND.replace('return [', 'const found = (').replace(
      ') as Row]',
      `) as Row)
  memory.set(spending + bound[0], found)
  return [found]`,
    ),
  },
]

function defect(name: string, breaks: number[], edits: Edit[]): Defect {
  return { name, breaks, edits }
}

export const ASSERTION_DEFECTS: Defect[] = [
  defect(
    'an assertion that was used is used again',
    [23],
    [
      {
        file: SQL,
        find: 'ON CONFLICT DO NOTHING',
        replace: 'ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at',
      },
    ],
  ),
  defect(
    'an assertion is told from others by its whole text',
    [23],
    [
      {
        file: VERIFIER,
        find: 'return { ...(await provenOf(signed, clientId)), meetsFapi',
        replace:
          'return { ...(await provenOf({ ...signed, claims: { ...signed.claims, jti: assertion } }, clientId)), meetsFapi',
      },
    ],
  ),
  defect(
    'an assertion is used up before it is proven',
    [8],
    [
      { file: METHOD, find: 'async examine(deps, presented, now) {', replace: USES_UP_FIRST },
      {
        file: METHOD,
        find: "key.replay === 'once' ? { id, expiresAt } : null",
        replace: 'null',
      },
    ],
  ),
  defect(
    'a key that was deleted is believed where it is remembered',
    [23],
    BELIEVES_WHAT_IS_REMEMBERED,
  ),
]
