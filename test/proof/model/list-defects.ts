import type { Defect } from './defects.ts'

// Defects that status lists could have.

const LIST = 'src/domain/status-list.ts'
const PUBLISH = 'src/actions/status/publish-status-list.ts'

/** A place that becomes free is given to the next client. */
const REUSE = [
  'CREATE TABLE planted_free (list TEXT, block INTEGER)',
  `CREATE TRIGGER planted_delete AFTER DELETE ON portcullis_clients
    WHEN old.status_list IS NOT NULL BEGIN
      INSERT INTO planted_free VALUES (old.status_list, old.status_block);
    END`,
  `CREATE TRIGGER planted_insert AFTER UPDATE OF status_block ON portcullis_clients
    WHEN old.status_block IS NULL AND EXISTS (SELECT 1 FROM planted_free) BEGIN
      UPDATE portcullis_clients SET (status_list, status_block) =
        (SELECT list, block FROM planted_free ORDER BY rowid LIMIT 1) WHERE id = new.id;
      DELETE FROM planted_free WHERE rowid = (SELECT min(rowid) FROM planted_free);
    END`,
]

export const RESTORED_LISTS_GO_ON = {
  file: 'src/actions/audit/notice-restore.ts',
  find: '  await deps.statusLists.close(since)\n',
  replace: '',
}

export const LIST_DEFECTS: Defect[] = [
  { name: 'a place of a deleted client is given to another', breaks: [19], edits: [], sql: REUSE },
  {
    name: 'a list does not know of token generations',
    breaks: [19],
    edits: [],
    sql: ['DROP TRIGGER portcullis_status_place_update'],
  },
  {
    name: 'a place that has no owner is valid in a list',
    breaks: [19],
    edits: [
      {
        file: LIST,
        find: '.fill(bytesOf(STATUS.invalid))',
        replace: '.fill(bytesOf(STATUS.valid))',
      },
    ],
  },
  {
    name: 'a list is signed anew of what an isolate read before',
    breaks: [19],
    edits: [
      {
        file: PUBLISH,
        find: 'const clients = await deps.statusLists.clientsOf(listId)',
        replace:
          'const seen = ((globalThis as any).seenLists ??= new WeakMap()); const mine = seen.get(deps.signer) ?? new Map(); seen.set(deps.signer, mine); const clients = mine.get(listId) ?? (await deps.statusLists.clientsOf(listId)); mine.set(listId, clients)',
      },
    ],
  },
]
