import { type KeyCheck, type KeyChecks, refuseWrongKeys } from '../../domain/key-check.ts'
import { type Database, oneRow, type Statement } from '../database.ts'
import { sql } from '../sql.ts'

/** Every check that the database knows, as one column. */
export const knownChecksSql = sql`(SELECT json_group_array(json_object('name', name,
  'version', version, 'value', value)) FROM portcullis_key_checks)`

export function d1KeyChecks(db: Database, own: () => Promise<KeyCheck[]>): KeyChecks {
  let isConfirmed = false
  const ask = async () => {
    const { known } = await oneRow<{ known: string }>(db, sql`SELECT ${knownChecksSql} AS known`)
    refuseWrongKeys(await own(), JSON.parse(known) as KeyCheck[])
    isConfirmed = true
  }
  return {
    ask,
    async confirm() {
      if (!isConfirmed) await ask()
    },
  }
}

export function learnKeysSql(checks: KeyCheck[]): Statement {
  return sql`INSERT OR IGNORE INTO portcullis_key_checks (name, version, value)
    SELECT value ->> 'name', value ->> 'version', value ->> 'value'
    FROM json_each(${JSON.stringify(checks)})`
}
