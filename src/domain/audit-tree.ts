import type { Tiles } from '../platform/merkle-tiles.ts'
import { type AuditEvent, sealedText } from './audit.ts'
import type { Seconds } from './time.ts'

// The Merkle tree over the audit events: the event with the number 1 is leaf 0.

export type TreeKey = { publicKey: string; wrappedKey: string }

/** A root of the tree, as it was signed; the root is base64. */
export type TreeCheckpoint = { size: number; root: string; at: Seconds; note: string }

/** Where the tree ends: `edge` has the tiles that are not full. */
export type TreeHead = {
  checkpoint: TreeCheckpoint | null
  edge: Tiles
  key: TreeKey | null
}

export type SaltedEvent = { event: AuditEvent; salt: string | null }

export interface AuditTree {
  head(): Promise<TreeHead>
  /** Gives a salt to each of the events after `seq` up to `last` that has none, and returns them. */
  salted(seq: number, last: number): Promise<SaltedEvent[]>
  /** The events after `seq` up to `last` with the salts that they have. */
  events(seq: number, last: number): Promise<SaltedEvent[]>
  /** The number of an event. */
  seqOf(eventId: string): Promise<number | null>
  /**
   * Writes the tiles and the checkpoint in one transaction. Returns false, without any effect, if
   * another run has extended the tree of this size.
   */
  extend(
    size: number,
    tiles: Tiles,
    checkpoint: TreeCheckpoint,
    key: TreeKey | null,
  ): Promise<boolean>
  /** The checkpoint of this size, or the newest, with the key. */
  checkpoint(size: number | null): Promise<(TreeCheckpoint & { publicKey: string }) | null>
  tiles(names: string[]): Promise<Tiles>
}

/** The key that signs checkpoints. */
export interface TreeKeys {
  make(): Promise<TreeKey>
  /** The same key, wrapped with the current version of WRAPPING_KEY; null if it already is. */
  rewrapped(key: TreeKey): Promise<TreeKey | null>
  sign(key: TreeKey, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
}

/** A place for checkpoints that the database's owner cannot rewrite. */
export interface CheckpointCopies {
  keep(checkpoint: TreeCheckpoint): Promise<void>
}

/**
 * The leaf of an event is made of its own seal, and every field in one order. The seal ties the tree to
 * the chain.
 */
export function leafText({ seal, ...event }: AuditEvent): string {
  return sealedText(event, seal)
}

/** The text whose SHA-256 is the data of the leaf: without the salt, no one can guess the event. */
export function saltedText(salt: string, text: string): string {
  return `${salt}\n${text}`
}

/** The name of the tree: the issuer without its scheme. The name in a signed note has no space and no plus sign. */
export function originOf(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '').replaceAll(/[\s+]/g, encodeURIComponent)
}
