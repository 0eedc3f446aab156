import type { Right, SessionOf } from './asking.ts'
import type { Token } from './expected.ts'
import { require, type Run } from './run.ts'

// INV-16 by the audit log alone: no event of a principal who lost the right to it at an earlier
// place, unless it was given back in between.

/** The id by which the log will name a request. */
export function noteRequest({ rights }: Run, credential: Right): string {
  const id = (rights.asked.size + 1).toString(16).padStart(16, 'a')
  rights.asked.set(id, credential)
  return id
}

export type Logged = {
  seq: number
  action: string
  actor: string
  client: string | null
  target: string
  changes: string
  request: string
}

const LOG = `SELECT seq, action, actor_id AS actor, client_id AS client, target_id AS target,
  coalesce(changes, '') AS changes, request_id AS request FROM portcullis_audit_events ORDER BY seq`

export function checkRights(run: Run): void {
  const { asked, issuedAt } = run.rights
  const log = run.world.sqlite.rows<Logged>(LOG)
  for (const { jti } of run.tokens) {
    // A log that was taken back is shorter.
    issuedAt.set(jti, Math.min(issuedAt.get(jti) ?? Infinity, log.at(-1)?.seq ?? 0))
  }
  for (const event of log) {
    const by = asked.get(event.request)
    if (!by) continue
    const earlier = log.filter(({ seq }) => seq < event.seq)
    const lost = endOf(by, earlier, issuedAt)
    require(16, lost === undefined, () =>
      `${event.action} at place ${event.seq}, and its right ended at ${lost?.seq}: ${lost?.action}`)
  }
}

/** The event that took this right away; none where it was given back since, or never lost. */
export function endOf(
  right: Right,
  log: Logged[],
  issuedAt: Map<string, number>,
): Logged | undefined {
  return 'jti' in right ? lostByToken(log, right, issuedAt) : lostBySession(log, right)
}

/** The latest of the facts that a right depends on; the one that denies it. */
function lostByToken(
  log: Logged[],
  { clientId, jti, kid }: Token,
  issuedAt: Map<string, number>,
): Logged | undefined {
  const ofClient = log.filter(({ client }) => client === clientId)
  const status = ofClient.findLast(({ action }) =>
    /^client\.(suspended|resumed|deleted)$/.test(action),
  )
  const access = ofClient.findLast(
    ({ action, changes }) =>
      action === 'client.access_changed' && changes.includes('"permissions"'),
  )
  const since = ofClient.filter(({ seq }) => seq > (issuedAt.get(jti) ?? 0))
  const ends = [
    status?.action === 'client.resumed' ? undefined : status,
    access && !givesManagement(access) ? access : undefined,
    since.find(
      ({ action, changes }) =>
        action === 'client.tokens_revoked' || changes.includes('tokens_valid_from'),
    ),
    ofClient.find(({ action, target }) => action === 'token.revoked' && target === jti),
    log.find(({ action, target }) => action === 'signing_key.revoked' && target === kid),
  ]
  return ends.find((end) => end !== undefined)
}

function givesManagement({ changes }: Logged): boolean {
  type Changes = { permissions: { to: unknown } }
  return JSON.stringify((JSON.parse(changes) as Changes).permissions.to).includes('clients:manage')
}

function lostBySession(
  log: Logged[],
  { sessionId, administratorId }: SessionOf,
): Logged | undefined {
  const own = log.filter(({ target }) => target === administratorId)
  const access = own.findLast(({ changes }) => changes.includes('"access"'))
  const ends = [
    own.find(({ action }) => action === 'administrator.deleted'),
    access && !/"to":"manage"/.test(access.changes) ? access : undefined,
    log.find(({ action, target }) => action === 'session.ended' && target === sessionId),
  ]
  return ends.find((end) => end !== undefined)
}
