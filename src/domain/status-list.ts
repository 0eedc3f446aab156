import type { Seconds } from './time.ts'

// Token Status List (draft-ietf-oauth-status-list-21): a list that anyone may fetch says of each
// token whether it still counts. An index belongs to a client and its token generation, so that a
// token causes no write of its own.

/** The values of the draft's §7.1 that are used; each takes `STATUS_BITS`. */
export const STATUS = { valid: 0, invalid: 1, suspended: 2 } as const
export const STATUS_BITS = 2

/** The indices of one client: a token revoked by itself takes one of them. */
export const SLOTS = 256
/** The clients of a list: 2^20 indices, 256 KiB before they are compressed. */
export const BLOCKS = 4096

/** Another list is opened when the newest has given this many. */
export const OPEN_ANOTHER_AT = BLOCKS / 2

/** Clients that get a place at once; all of them fit into one list. */
export const PLACED_A_RUN = 4000

/** How long a reader may keep a copy; the most that a location keeps its own. */
export const STATUS_LIST_TTL: Seconds = 30
/** How long a reader that is cut off from the server may go on with its copy. */
export const STATUS_LIST_LIFETIME: Seconds = 600

/** How long a list that no client has any more is still answered. */
export const RETIRED_LIST_KEPT: Seconds = 31 * 86_400

export const LIST_ID_LENGTH = 22

/** Where a client's tokens are in the lists; null while it has no place, as before the cron gave it one. */
export type StatusPlace = { listId: string; block: number }

/** The claim of a token that names its place (draft §6.1). */
export type StatusClaim = { status_list: { idx: number; uri: string } }

/** A client as a list shows it; tokens of any other are invalid. */
export type ListedClient = { block: number; suspended: boolean; revoked: string[] }

export interface StatusLists {
  /** The lists that are answered, oldest first; null while no client gets in. */
  ids(): Promise<string[] | null>
  /** The clients of a list; null while no client gets in, and `undefined` for a list that there is not. */
  clientsOf(listId: string): Promise<ListedClient[] | null | undefined>
  placeOf(clientId: string): Promise<StatusPlace | null>
  /**
   * Opens a list where the newest is half full. Returns whether none had a place left: then clients
   * may have come away without one.
   */
  open(newId: string): Promise<boolean>
  /** Gives a place in a list of their own to those without one of the `PLACED_A_RUN` newest clients. */
  placeNewest(newId: string): Promise<void>
  /**
   * Gives a place in a list of their own to those without one of the `PLACED_A_RUN` clients after
   * `position`. Returns where to go on; null after the last.
   */
  place(position: number, newId: string): Promise<number | null>
  /**
   * No list that there is gives a place any more, and who got one since `since` has it no longer: the
   * database was restored, and may give it a second time.
   */
  close(since: Seconds): Promise<void>
  /** Drops lists in which no client has had a place for `RETIRED_LIST_KEPT`. */
  forget(now: Seconds): Promise<void>
}

/** A signed list, and the key that signed it. */
export type SignedList = { text: string; kid: string }

/** And for how much longer this location may answer with it. */
export type ListCopy = SignedList & { keptFor: Seconds }

/** Copies of signed lists, for everyone who asks at this location. */
export interface ListCopies {
  /** One that was made in the last `STATUS_LIST_TTL`. */
  get(uri: string, now: Seconds): Promise<ListCopy | null>
  put(uri: string, list: SignedList, now: Seconds): Promise<void>
}

export function statusListUri(base: string, listId: string): string {
  return `${base}/${listId}`
}

export function statusClaim(base: string, place: StatusPlace, jti: string): StatusClaim {
  return { status_list: { idx: indexOf(place.block, jti), uri: statusListUri(base, place.listId) } }
}

export function indexOf(block: number, jti: string): number {
  return block * SLOTS + slotOf(jti)
}

/** A `jti` is random text: two of its characters are as good as a hash of it. */
function slotOf(jti: string): number {
  return (jti.charCodeAt(0) * 62 + jti.charCodeAt(1)) % SLOTS
}

const ENTRIES_A_BYTE = 8 / STATUS_BITS
const BYTES_A_BLOCK = SLOTS / ENTRIES_A_BYTE

/** The same value for four indices. */
const bytesOf = (status: number) => status * 0b01010101

/**
 * The list's bytes (draft §4.1), the first index in the least significant bits. A place
 * without an owner is invalid: tokens of deleted clients and of older generations, and those that a
 * restore forgot.
 */
export function packed(clients: ListedClient[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(BLOCKS * BYTES_A_BLOCK).fill(bytesOf(STATUS.invalid))
  for (const { block, suspended, revoked } of clients) {
    const start = block * BYTES_A_BLOCK
    const status = suspended ? STATUS.suspended : STATUS.valid
    bytes.fill(bytesOf(status), start, start + BYTES_A_BLOCK)
    for (const jti of revoked) setStatus(bytes, indexOf(block, jti), STATUS.invalid)
  }
  return bytes
}

function setStatus(bytes: Uint8Array, index: number, status: number): void {
  const [at, shift] = [Math.floor(index / ENTRIES_A_BYTE), (index % ENTRIES_A_BYTE) * STATUS_BITS]
  bytes[at] = ((bytes[at] ?? 0) & ~(0b11 << shift)) | (status << shift)
}
