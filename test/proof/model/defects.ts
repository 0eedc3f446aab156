import type { Edit } from '../build.ts'
import { ASSERTION_DEFECTS } from './assertion-defects.ts'
import { LIST_DEFECTS } from './list-defects.ts'

/** Something that could be wrong with the server, and the promise that it breaks. */
export type Defect = {
  name: string
  breaks: number[]
  edits: Edit[]
  sql?: string[]
  isHard?: boolean
}

const ACTIVE = 'src/actions/auth/active-token.ts'
const OUTBOX = 'src/storage/denylist/denylist-outbox.ts'
const ONCE = 'src/actions/changes/make-once.ts'
const ROTATION = 'src/actions/clients/rotate-secret.ts'

function one(name: string, breaks: number[], file: string, find: string, replace: string): Defect {
  return { name, breaks, edits: [{ file, find, replace }] }
}

/** Found in some hundred histories: too long for each `npm test`. */
function hard(...args: Parameters<typeof one>): Defect {
  return { ...one(...args), isHard: true }
}

/** Each is a defect that a server of this kind had, or could have had. */
export const DEFECTS: Defect[] = [
  ...ASSERTION_DEFECTS,
  ...LIST_DEFECTS,
  one(
    'introspection leaves suspensions to the denylist in KV',
    [1],
    ACTIVE,
    ' || facts.client.suspended) return null',
    ') return null',
  ),
  one(
    'introspection remembers for an isolate what it said of a token',
    [1, 3, 4, 12],
    ACTIVE,
    '  refuseWhileClosed(deps)\n  refuseWhileShut(facts)\n  if (!facts?.client',
    `  refuseWhileClosed(deps)
  refuseWhileShut(facts)
  const memory = ((globalThis as any).remembered ??= new WeakMap()) as WeakMap<object, Map<string, TokenClaims>>
  const mine = memory.get(deps.tokenVerifier) ?? new Map<string, TokenClaims>()
  memory.set(deps.tokenVerifier, mine)
  const known = mine.get(token)
  if (known && known.exp > deps.now()) return known
  if (facts?.client && facts.key && !facts.client.suspended && !facts.revoked && !facts.key.revoked) {
    const found = await deps.tokenVerifier.verify(token, facts.key, deps.now())
    if (found) mine.set(token, found)
  }
  if (!facts?.client`,
  ),
  one(
    'introspection forgets tokens revoked one by one',
    [3],
    ACTIVE,
    'if (facts.key.revoked || facts.revoked) return null',
    'if (facts.key.revoked) return null',
  ),
  hard(
    'introspection forgets revoked signing keys',
    [3, 16],
    ACTIVE,
    'if (facts.key.revoked || facts.revoked) return null',
    'if (facts.revoked) return null',
  ),
  one(
    'introspection does not look at the token generation',
    [3, 16],
    ACTIVE,
    'if (!claims || claims.gen !== facts.client.generation) return null',
    'if (!claims) return null',
  ),
  hard(
    'introspection says the scope of the token, whatever the client still has',
    [3, 12, 15],
    ACTIVE,
    'const scope = scopeStillHeld(claims, facts.client.access)',
    'const scope = scopeStillHeld(claims, facts.client.access) && claims.scope',
  ),
  one(
    'a suspended client gets tokens',
    [2],
    'src/actions/auth/authenticate-client.ts',
    '  if (!suspended) return\n',
    '  if (!suspended || suspended) return\n',
  ),
  one(
    'a secret is valid until a job takes it away',
    [5, 8],
    'src/domain/secret.ts',
    'return secret.createdAt <= now && now < endOf(secret)',
    'return secret.createdAt <= now',
  ),
  one(
    'a secret is valid in the second at which it ends',
    [5],
    'src/domain/secret.ts',
    'return secret.createdAt <= now && now < endOf(secret)',
    'return secret.createdAt <= now && now <= endOf(secret)',
  ),
  hard(
    'more than five secrets live',
    [6, 8],
    'src/actions/clients/create-secret.ts',
    '    refuseTooMany({ secrets }, now)\n',
    '',
  ),
  one(
    'each token lives twelve hours, whatever its client is allowed',
    [12],
    'src/domain/token.ts',
    'exp: issue.now + subject.accessTokenLifetime,',
    'exp: issue.now + 43_200,',
  ),
  one(
    'two tokens have one jti',
    [12],
    'src/actions/tokens/issue-token.ts',
    '[deps.random(JTI_LENGTH), deps.statusListBase]',
    "['the-same', deps.statusListBase]",
  ),
  one(
    'a token outlives its exp by five minutes',
    [3],
    'src/crypto/token-verifier.ts',
    '      currentDate: new Date(now * 1000),\n    })\n    return payload.sub',
    '      currentDate: new Date((now - 300) * 1000),\n    })\n    return payload.sub',
  ),
  one(
    'the audit event is written beside the change, not with it',
    [8],
    'src/storage/ledger/ledger.ts',
    'await db.batch([...appended, moveHead(last), ...ofWrites, ...learning])',
    'if (ofWrites.length > 0) await db.batch(ofWrites)\n        await db.batch([...appended, moveHead(last), ...learning])',
  ),
  one(
    'a change is acknowledged that D1 did not take',
    [8, 16],
    'src/storage/ledger/ledger.ts',
    '  throw error\n}',
    '  return true\n}',
  ),
  one(
    'a change that was committed, and whose answer was lost, is made again',
    [8],
    'src/storage/ledger/ledger.ts',
    '  if (found.length > 0) return true\n',
    '  if (found.length > 0) return false\n',
  ),
  one(
    'nothing is noted for the denylist: what KV missed, it never learns',
    [9, 19, 22],
    'src/actions/clients/change-client.ts',
    'if (after.denylistVersion === before.denylistVersion) return []',
    'if (after.denylistVersion >= before.denylistVersion) return []',
  ),
  one(
    'a write that KV refused counts as done',
    [9],
    'src/actions/edge/publish-denylist.ts',
    '    return { clientId, version, ok: false, wasTried: true }\n  }\n}',
    '    return { clientId, version, ok: true, wasTried: true }\n  }\n}',
  ),
  hard(
    'a claim on a denylist entry never lapses: a run that died with it keeps it',
    [9, 13],
    OUTBOX,
    'const CLAIM: Seconds = 30',
    'const CLAIM: Seconds = 999_999_999',
  ),
  one(
    'a resume takes the entry out of the denylist',
    [9, 10, 22],
    'src/storage/denylist/denylist.ts',
    "      await answered('kv', () => kv.put(denylistKey(clientId), value, options))",
    "      await answered('kv', () => entry.suspended ? kv.put(denylistKey(clientId), value, options) : kv.delete(denylistKey(clientId)))",
  ),
  one(
    'a deletion never reaches the denylist',
    [9, 19, 22],
    'src/storage/denylist/denylist-entries.ts',
    '${ofClients(sql`c.client_id IN ${clientIds}`)}\n    UNION ALL ${ofDeleted(sql`d.client_id IN ${clientIds}`)}',
    '${ofClients(sql`c.client_id IN ${clientIds}`)}',
  ),
  one(
    'the denylist is not told of tokens revoked one by one',
    [9],
    'src/storage/denylist/denylist-entries.ts',
    'revoked: JSON.parse(row.revoked) as string[],',
    'revoked: [],',
  ),
  one(
    'a resume begins a new token generation: the same tokens do not live again',
    [3, 8],
    'src/actions/clients/resume-client.ts',
    'changedAtTheEdge(client, now, { suspension: null })',
    'changedAtTheEdge(client, now, { suspension: null, generation: client.generation + 1 })',
  ),
  one(
    'after a restore no client is held',
    [10, 19, 22],
    OUTBOX,
    'WHERE c.denylist_version < j.value ->> 1 OR j.value ->> 1 IS NULL',
    'WHERE c.denylist_version < 0 OR j.value ->> 1 IS NULL',
  ),
  one(
    'only the cron keeps where the log ended',
    [19, 22],
    'src/actions/clients/change-client.ts',
    '  if (isToldTheEdge || isCutOff) anchorInBackground(deps, client.clientId)\n',
    '',
  ),
  one(
    'a server that was taken back goes on letting clients in',
    [19, 22],
    'src/storage/clients/credential-sql.ts',
    "AND position = '${JSON.stringify(SHUT)}')`",
    "AND position = 'never')`",
  ),
  one(
    'a server that was taken back opens before the denylist is compared',
    [19, 22],
    'src/actions/scheduled/keep-anchor.ts',
    '  await keepAnew(deps, run, seen, head)\n',
    "  await keepAnew(deps, run, seen, head)\n  if (evidence) await deps.jobStates.note(new Map([['taken_back', { ranAt: run.now, position: 'looked_through' }]]))\n",
  ),
  one(
    'the log is accepted before the denylist is compared',
    [19, 22],
    'src/actions/audit/re-anchor-audit-log.ts',
    '  refuseWhileShut(jobStates)\n',
    '',
  ),
  one(
    'the numbers of KV are believed',
    [10, 13],
    'src/domain/quarantine.ts',
    ' || isBeyond(shown, said)) return said.suspended',
    ') return said.suspended',
  ),
  hard(
    'a reminder whose answer was lost is handed over again',
    [13],
    'src/storage/reminders/reminders.ts',
    'due_at = ${repeatable ? now + CLAIM : null}',
    'due_at = ${now + CLAIM}',
  ),
  hard(
    'a reminder that D1 failed to hand over is never sent',
    [13],
    'src/actions/scheduled/send-reminders.ts',
    "    await retry(deps, () => noteFailure(deps, claim, claimed, { outcome: 'refused', detail }))\n",
    '    void [retry, noteFailure, detail]\n',
  ),
  one(
    'page cursors are not signed',
    [15],
    'src/crypto/seals.ts',
    '      if (!(await matchesAnyVersion(hmac, ring, payload, fromBase64url(mac)))) return null\n      return JSON',
    '      return JSON',
  ),
  one(
    'the log quotes a token',
    [7],
    'src/actions/tokens/issue-token.ts',
    '  const { clientId, lastTokenAt } = row.credential\n',
    '  const { clientId, lastTokenAt } = row.credential\n  globalThis.console.log(`issued ${accessToken}`)\n',
  ),
  one(
    'an answer repeats the secret',
    [7],
    'src/actions/auth/authenticate-client.ts',
    'fail(deps, attempt, now, method.failure, credential)',
    'fail(deps, attempt, now, { ...method.failure, description: `${JSON.stringify(presented)} is wrong.` })',
  ),
  one(
    'the log of changes is sealed without what came before',
    [14],
    'src/actions/changes/commit-change.ts',
    'seal = await deps.seals.seal(sealedText(event, seal))',
    "seal = await deps.seals.seal(sealedText(event, ''))",
  ),
  hard(
    'the record of a key is written beside what was made, not with it',
    [8],
    'src/storage/ledger/ledger.ts',
    `        await db.batch([...appended, moveHead(last), ...ofWrites, ...learning])`,
    `        const isOfKey = ({ kind }: { kind: string }) => kind === 'idempotency_record'
        const others = statementsOf(issuer, writes.filter((w) => !isOfKey(w)), at)
        const ofKeys = statementsOf(issuer, writes.filter(isOfKey), at)
        await db.batch([...appended, moveHead(last), ...others, ...learning])
        if (ofKeys.length > 0) await db.batch(ofKeys)`,
  ),
  hard(
    'a key that could not be looked up counts as new',
    [8],
    ONCE,
    'find(keyHashes, now - IDEMPOTENCY_PERIOD)',
    'find(keyHashes, now - IDEMPOTENCY_PERIOD).catch(() => null)',
  ),
  one(
    'a key counts for anything that is sent with it',
    [8],
    ONCE,
    'if (hashes.includes(requestHash)) throw',
    'if (hashes.length > 0) throw',
  ),
  one(
    'a key is forgotten within the hour',
    [8],
    ONCE,
    'now - IDEMPOTENCY_PERIOD)',
    'now - IDEMPOTENCY_PERIOD / 24)',
  ),
  one(
    'a rotation does not shorten the secret that it replaces',
    [5, 8],
    ROTATION,
    '.map((one) => (one === used ? previous : one))',
    '.map((one) => one)',
  ),
  one(
    'an overlap lets a secret live beyond its own end',
    [5, 8],
    ROTATION,
    'const previous = retire(used, now, overlap)',
    'const previous = { ...used, retiresAt: now + overlap }',
  ),
  one(
    'a rotation ends every other secret too',
    [6, 8],
    ROTATION,
    '.map((one) => (one === used ? previous : one))',
    '.map((one) => (one === used ? previous : retire(one, now, overlap)))',
  ),
  one(
    'a rotation needs no permission',
    [8, 15],
    ROTATION,
    '  if (!client.allowSelfRotation) {',
    '  if (false as boolean) {',
  ),
  one(
    'who lost the right still changes things',
    [16],
    'src/actions/changes/commit-change.ts',
    '    await confirmRight()\n',
    '',
  ),
  one(
    'the right is confirmed before the head of the log is read',
    [16],
    'src/actions/changes/commit-change.ts',
    '    const head = await deps.ledger.head()\n    await confirmRight()\n',
    '    await confirmRight()\n    const head = await deps.ledger.head()\n',
  ),
  one(
    'a session goes on in the console after signing out',
    [16],
    'src/console/sign-in/session.ts',
    'if (!found || !isOpen(found.session, deps.now())) return null',
    'if (!found) return null',
  ),
  hard(
    'a rotation makes a sixth live secret',
    [6, 8],
    ROTATION,
    '    refuseWithoutRoom(kept, now)\n',
    '',
  ),
]
