import { env } from 'cloudflare:workers'
import type { ExportFile } from '../../src/cli/audit/export-format.ts'
import { type ExportVerdict, judgeExport } from '../../src/cli/audit/judge-export.ts'
import type { SizedRoot } from '../../src/platform/merkle.ts'
import {
  openNote,
  readCheckpointText,
  readVerifierKey,
  type VerifyBytes,
} from '../../src/platform/signed-note.ts'
import { type Json, type TestServer, testServer, type TestServerOptions } from './server.ts'

export type Signed = { checkpoint: string; verifierKey: string }

const verify: VerifyBytes = async (publicKey, signature, bytes) => {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  return crypto.subtle.verify('Ed25519', key, signature, bytes)
}

/** The newest checkpoint as the API shows it. */
export async function signedNow({ adminOk }: TestServer): Promise<Signed> {
  const body = await adminOk('GET', '/audit-events/checkpoint')
  return { checkpoint: String(body['checkpoint']), verifierKey: String(body['verifier_key']) }
}

/** Returns what a checkpoint says, once its signature is verified. */
export async function rootIn({ checkpoint, verifierKey }: Signed): Promise<SizedRoot> {
  const key = await readVerifierKey(verifierKey)
  const text = key && (await openNote(checkpoint, key, verify))
  const found = text ? readCheckpointText(text) : null
  if (!found) throw new Error('the checkpoint is not signed by this key')
  return found
}

/** All events with their proofs for the newest checkpoint, as `portcullis audit export` has them. */
export async function exported(server: TestServer, limit = 100): Promise<ExportFile> {
  const signed = await signedNow(server)
  const { size } = await rootIn(signed)
  const leaves: ExportFile['leaves'] = []
  let cursor: string | null = null
  do {
    const query: string = `size=${size}&limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`
    const page: Json = await server.adminOk('GET', `/audit-events/proofs?${query}`)
    leaves.push(...(page['data'] as ExportFile['leaves']))
    cursor = page['next_cursor'] as string | null
  } while (cursor !== null)
  const head = {
    format: 'portcullis-audit-export-1' as const,
    events: 'all' as const,
    verifier_key: signed.verifierKey,
    checkpoint: signed.checkpoint,
  }
  return { head, consistency: [], leaves }
}

/** Judges an export as an auditor does who has kept these checkpoints. */
export async function judged(file: ExportFile, kept: Signed[] = []): Promise<ExportVerdict> {
  const own = await rootIn({
    checkpoint: file.head.checkpoint,
    verifierKey: file.head.verifier_key,
  })
  return judgeExport(file, own, await Promise.all(kept.map(rootIn)))
}

export async function runSql(...statements: string[]): Promise<void> {
  for (const text of statements) await env.DB.prepare(text).run()
}

/** Where the tree is, as the database has it. */
export async function treeSize(): Promise<number> {
  const found = await env.DB.prepare(
    'SELECT coalesce(max(size), 0) AS size FROM portcullis_audit_checkpoints',
  ).first<{ size: number }>()
  return found?.size ?? 0
}

/** Events of an older installation: without a salt, and so many that the tree takes several runs. */
export async function olderEvents(n: number): Promise<void> {
  await runSql(
    `INSERT INTO portcullis_audit_events (seq, event_id, at, action, actor_type, actor_id, target_type,
      target_id, request_id, seal)
     WITH RECURSIVE n(i) AS (SELECT (SELECT seq + 1 FROM portcullis_ledger_head)
       UNION ALL SELECT i + 1 FROM n LIMIT ${n})
     SELECT i, 'evt_old_' || i, 1, 'client.updated', 'bootstrap', 'bootstrap', 'client', 'c' || i, 'r',
       '1.seal' || i FROM n`,
    `UPDATE portcullis_ledger_head SET seq = seq + ${n}, seal = '1.seal' || (seq + ${n})`,
  )
}

/** A server whose first run of the cron has made its signing keys: two events. */
export async function begunServer(options: TestServerOptions = {}): Promise<TestServer> {
  const server = testServer(options)
  await server.cron()
  return server
}
