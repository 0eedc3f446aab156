import type { Mistake } from './mistakes.ts'

const STORAGE = 'src/storage/status/status-lists.ts'
const PUBLISH = 'src/actions/status/publish-status-list.ts'
const LISTS = 'test/http/status-lists.test.ts'

/** Mistakes of status lists. */
export const LIST_MISTAKES: Mistake[] = [
  {
    name: 'lists that there are go on after a restore',
    file: 'src/actions/audit/notice-restore.ts',
    find: '  await deps.statusLists.close(since)\n',
    replace: '',
    noticedBy: 'test/actions/restored-lists.test.ts',
  },
  {
    name: 'a list is answered while the server is shut',
    file: STORAGE,
    find: 'if (rows.length === 0) return undefined\n      if (rows.some(({ shut }) => shut === 1)) return null',
    replace: 'if (rows.length === 0) return undefined',
    noticedBy: 'test/actions/restored-lists.test.ts',
  },
  {
    name: 'a suspended client is valid in its list',
    file: STORAGE,
    find: 'suspended: row.suspended === 1',
    replace: 'suspended: row.suspended === 2',
    noticedBy: LISTS,
  },
  {
    name: 'a token that was revoked by itself is valid in its list',
    file: STORAGE,
    find: 'const revoked = JSON.parse(row.revoked) as string[]',
    replace: 'const revoked: string[] = []',
    noticedBy: LISTS,
  },
  {
    name: 'a list is made while the server is closed',
    file: PUBLISH,
    find: 'refuseWhileClosed(deps)\n',
    replace: '\n',
    noticedBy: LISTS,
  },
  {
    name: 'a copy is kept for twice as long',
    file: 'src/storage/status/list-copies.ts',
    find: 'age >= 0 && age < STATUS_LIST_TTL',
    replace: 'age >= 0 && age < STATUS_LIST_TTL * 2',
    noticedBy: LISTS,
  },
  {
    name: 'clients without a place wait for the next hour',
    file: 'src/actions/scheduled/keep-status-lists.ts',
    find: '    walkSoon(run)\n',
    replace: '',
    noticedBy: 'test/actions/scheduled/jobs-in-memory.test.ts',
  },
  {
    name: 'a copy outlives the revocation of its key',
    file: PUBLISH,
    find: 'copy !== null && (await isStillPublished(deps, copy.kid))',
    replace: 'copy !== null',
    noticedBy: LISTS,
  },
  {
    name: 'a guard takes any signed text for a list',
    file: 'src/guard/fetch-status-list.ts',
    find: "protectedHeader.typ !== 'statuslist+jwt'",
    replace: "protectedHeader.typ === ''",
    noticedBy: 'test/guard/status-list.test.ts',
  },
]
