import type { Subject } from './subjects.ts'
import type { Json, World } from './world.ts'

const DAY = 86_400

/** The most entries that one run of the cron writes. */
const ENTRIES_A_RUN = 8

/**
 * Brings about that the cron has something to do at each of its steps: an entry that is due, an anchor
 * of yesterday, a secret that ends in five days, and every pass to begin.
 */
export async function prepareCron(w: World, tag: string): Promise<Subject> {
  const client = await w.client('invoices:read', undefined, { client_name: tag })
  await w.adminOk('PUT', `/clients/${client.id}/suspension`)
  const expiry = new Date(Date.now() + 5 * DAY * 1000).toISOString().slice(0, 10)
  await w.adminOk('POST', '/clients', {
    client_name: `${tag}-ends`,
    secret: { expires_on: expiry },
  })
  const [first] = await w.rows('SELECT seq, seal FROM portcullis_audit_events WHERE seq = 1')
  await w.tell('anchor', { anchor: { ...first, at: Math.floor(Date.now() / 1000) - DAY } })
  await w.rows('DELETE FROM portcullis_chores')
  // Rows left by other pairs are claimed for another writer: many entries would use up the run's
  // budget.
  await w.rows('UPDATE portcullis_denylist_outbox SET claimed_until = unixepoch() + 30')
  // Last: behind any later change it would be written.
  const due =
    'INSERT OR REPLACE INTO portcullis_denylist_outbox (client_id, version) VALUES (?1, 1)'
  await w.rows(due, client.id)
  return { tag, client, live: false }
}

const SAID = `SELECT c.client_id, c.denylist_version AS version, c.suspended_at IS NOT NULL AS suspended,
    c.generation, (SELECT json_group_array(t.jti) FROM portcullis_revoked_tokens t
      WHERE t.client_id = c.client_id) AS revoked
  FROM portcullis_clients c WHERE c.denylist_version > 0
  UNION ALL SELECT client_id, denylist_version, 1, generation, '[]'
  FROM portcullis_deleted_clients`

/** The faults are over, and a minute passes: as many runs of the cron as what is due takes. */
export async function aCronMinute(w: World): Promise<{ due: number; runs: string[] }> {
  await w.tell('minute')
  const due = await w.number('SELECT count(*) AS n FROM portcullis_denylist_outbox')
  const runs: string[] = []
  for (let run = 0; run < Math.max(1, Math.ceil(due / ENTRIES_A_RUN)); run++) {
    runs.push((await w.cron()).body)
  }
  return { due, runs }
}

/** The clients whose entry in KV is not what D1 says; and how many entries there are. */
export async function compareEntries(w: World): Promise<{ entries: number; wrong: string[] }> {
  const said = await w.rows(SAID)
  const wrong: string[] = []
  for (const { client_id: id, suspended, revoked, version, generation } of said) {
    const entry = { version, suspended: suspended === 1, generation, revoked: JSON.parse(revoked) }
    const shown = await w.entry(id)
    if (shown !== JSON.stringify(entry)) wrong.push(`${id}: ${shown}, not ${JSON.stringify(entry)}`)
  }
  return { entries: said.length, wrong }
}

const REMINDERS = `SELECT c.name, r.sent_at IS NOT NULL AS sent,
    r.sent_at IS NULL AND r.due_at IS NULL AS doubted
  FROM portcullis_reminders r JOIN portcullis_secrets s ON s.secret_id = r.secret_id
  JOIN portcullis_clients c ON c.client_id = s.client_id`

/**
 * The reminders some hours later: those that came more than once, and those that neither came nor
 * are shown as in doubt.
 */
export async function compareMails(w: World) {
  for (let hours = 1; hours <= 4; hours++) {
    // The cron believes no clock that is ahead of the database's: what waits is made to have waited.
    await w.rows('UPDATE portcullis_reminders SET due_at = due_at - 3600 WHERE due_at > 0')
    await w.cron({ id: `${hours}`.padStart(16, 'e') })
  }
  const sent = await w.tell<{ text: string }[]>('mails')
  const reminders = await w.rows(REMINDERS)
  const timesOf = (name: string) => sent.filter(({ text }) => text.includes(name)).length
  const namesOf = (rows: Json[]) => rows.map((row) => String(row['name']))
  return {
    reminders: reminders.length,
    inDoubt: reminders.filter((row) => row['doubted'] === 1).length,
    twice: namesOf(reminders).filter((name) => timesOf(name) > 1),
    lost: namesOf(reminders.filter((row) => row['doubted'] !== 1)).filter((n) => timesOf(n) === 0),
  }
}

/** How many there are, and of how many the audit log tells; and what the cron said of the log last. */
export async function compareLog(w: World) {
  const logged = (action: string) =>
    `(SELECT count(*) FROM portcullis_audit_events WHERE action = '${action}.created')`
  const [row = {}] = await w.rows(`SELECT ${logged('client')} AS clients_logged,
    (SELECT count(*) FROM portcullis_clients)
      + (SELECT count(*) FROM portcullis_deleted_clients) AS clients,
    ${logged('signing_key')} AS keys_logged, (SELECT count(*) FROM portcullis_signing_keys) AS keys,
    ${logged('api')} AS apis_logged,
    (SELECT count(*) FROM portcullis_apis WHERE audience IS NOT NULL) AS apis`)
  return { ...row, ...(await verdictOf(w)) }
}

/** A thousand events and more take the cron a few runs. */
async function verdictOf(w: World) {
  const verdict = `SELECT json_extract(position, '$.intact') AS intact,
    json_extract(position, '$.complete') AS complete FROM portcullis_chores WHERE name = 'verdict'`
  await w.rows("DELETE FROM portcullis_chores WHERE name IN ('verdict', 'verification')")
  for (let run = 0; run < 20; run++) {
    await w.cron()
    const [row] = await w.rows(verdict)
    if (row) return row
  }
  return {}
}
