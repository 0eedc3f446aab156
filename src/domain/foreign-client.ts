import { isLikeOtherId } from './ids.ts'

/** Characters of the longest id that a client has. */
export const CLIENT_ID_MAX = 128

/**
 * The ids that clients of other servers may keep: they go into addresses, keys of the denylist, log
 * lines and shell commands as they are, so nothing in them needs to be encoded or quoted.
 */
const FOREIGN_ID = new RegExp(`^[0-9A-Za-z][0-9A-Za-z._@:-]{0,${CLIENT_ID_MAX - 1}}$`)

/** Ids that begin so are made here. */
const OWN_PREFIX = 'client_'

/** Words that addresses of this server have in the place of an id. */
const TAKEN = new Set(['bulk', 'new', 'export.csv'])

/** The server's own changes, and those by the bootstrap token, are told by these in the audit log. */
const ACTORS = new Set(['bootstrap', 'portcullis', 'system'])

/** Whether a client could have this id, one that was made here or an imported one. */
export function isPossibleClientId(id: string): boolean {
  return FOREIGN_ID.test(id)
}

/** Says what is wrong with the id of a client that is to be imported; null if nothing is. */
export function foreignIdProblem(id: string): string | null {
  if (ACTORS.has(id)) return 'is reserved: the audit log uses it for this server itself'
  if (isLikeOtherId(id)) return 'must not look like an id that this server makes'
  return formProblem(id)
}

/**
 * Whether a client may have been imported with this id. Some have ids that are refused by now: they
 * get in as before.
 */
export function isForeignId(id: string): boolean {
  return formProblem(id) === null
}

function formProblem(id: string): string | null {
  if (!FOREIGN_ID.test(id)) {
    return `must have 1 to ${CLIENT_ID_MAX} characters of A-Z a-z 0-9 . _ @ : - and begin with a letter or a digit`
  }
  if (id.startsWith(OWN_PREFIX))
    return `must not begin with ${OWN_PREFIX}: this server makes such ids`
  return TAKEN.has(id) ? 'is reserved: URLs of this server contain it' : null
}
