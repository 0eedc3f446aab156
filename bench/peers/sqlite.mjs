// The database of a peer on Node that keeps its data in a file: node:sqlite, with a write-ahead
// log.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export function openDatabase() {
  const database = new DatabaseSync(join(mkdtempSync(join(tmpdir(), 'portcullis-peer-')), 'db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  return database
}
