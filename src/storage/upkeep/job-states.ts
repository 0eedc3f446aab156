import type { JobState, JobStateStore } from '../../domain/job.ts'
import { sql } from '../sql.ts'
import { type Database, firstOf } from '../database.ts'

type JobStateRow = { name: string; ran_at: number; position: string | null }

export function d1JobStates(db: Database): JobStateStore {
  return {
    all: async () =>
      byName(await db.rows<JobStateRow>(sql`SELECT name, ran_at, position FROM portcullis_chores`)),

    async begin() {
      type Row = (JobStateRow | { name: null }) & { clock: number; replacing: number; head: number }
      const rows = await db.rows<Row>(sql`SELECT unixepoch() AS clock, c.name, c.ran_at, c.position,
        EXISTS (SELECT 1 FROM portcullis_secrets INDEXED BY portcullis_secrets_replacing
          WHERE retire_others_in IS NOT NULL AND last_used_at >= 0) AS replacing,
        coalesce((SELECT seq FROM portcullis_ledger_head WHERE id = 1), 0) AS head
        FROM (SELECT 1) LEFT JOIN portcullis_chores c`)
      const { clock, replacing, head } = firstOf(rows)
      return {
        jobStates: byName(rows.filter((row) => row.name !== null)),
        clock,
        isReplacing: replacing === 1,
        headSeq: head,
      }
    },

    async note(jobStates) {
      const rows = [...jobStates].map(([name, { ranAt, position }]) => [
        name,
        ranAt,
        textOf(position),
      ])
      await db.rows(sql`INSERT INTO portcullis_chores (name, ran_at, position)
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${JSON.stringify(rows)})
        WHERE true
        ON CONFLICT (name) DO UPDATE SET ran_at = excluded.ran_at, position = excluded.position`)
    },

    async replace(name, before, { ranAt, position }) {
      const rows = await db.rows(
        before
          ? sql`UPDATE portcullis_chores SET ran_at = ${ranAt}, position = ${textOf(position)}
              WHERE name = ${name} AND ran_at = ${before.ranAt}
              AND position IS ${textOf(before.position)} RETURNING name`
          : sql`INSERT INTO portcullis_chores (name, ran_at, position)
              VALUES (${name}, ${ranAt}, ${textOf(position)}) ON CONFLICT DO NOTHING RETURNING name`,
      )
      return rows.length > 0
    },
  }
}

function byName(rows: JobStateRow[]): Map<string, JobState> {
  return new Map(
    rows.map(({ name, ran_at: ranAt, position }) => [
      name,
      { ranAt, position: position === null ? null : (JSON.parse(position) as unknown) },
    ]),
  )
}

function textOf(position: unknown): string | null {
  return position === null ? null : JSON.stringify(position)
}
