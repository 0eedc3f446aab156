import { base64OfBytes, bytesFromBase64 } from './base64.ts'
import { type Hash, sha256Bytes } from './merkle.ts'

// Signed notes (https://c2sp.org/signed-note) with Ed25519, and the checkpoints of a transparency log
// in them (https://c2sp.org/tlog-checkpoint). Runs in Node 20 too.

/** The type of an Ed25519 signature. */
const ED25519 = 1

export type Checkpoint = { origin: string; size: number; root: Hash }

/** A verifier key: the name of who signs, and a public key of 32 bytes. */
export type NoteKey = { name: string; publicKey: Uint8Array }

export type SignBytes = (bytes: Hash) => Promise<Uint8Array>
export type VerifyBytes = (
  publicKey: Uint8Array,
  signature: Uint8Array,
  bytes: Hash,
) => Promise<boolean> | boolean

const utf8 = (text: string): Hash => new Uint8Array(new TextEncoder().encode(text))

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64OfBytes(root)}\n`
}

/** Null for a text that is not a checkpoint. Lines that follow the first three are extensions. */
export function readCheckpointText(text: string): Checkpoint | null {
  const [origin = '', size = '', encoded = ''] = text.split('\n')
  const root = bytesFromBase64(encoded)
  if (origin === '' || !/^(0|[1-9]\d{0,14})$/.test(size) || root?.length !== 32) return null
  return { origin, size: Number(size), root: new Uint8Array(root) }
}

/** The key in the form that others configure: `<name>+<key id>+<key>`. */
export async function verifierKey(key: NoteKey): Promise<string> {
  const id = [...(await keyId(key))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${key.name}+${id}+${base64OfBytes(Uint8Array.of(ED25519, ...key.publicKey))}`
}

/** Null for a text that is not a verifier key of Ed25519. */
export async function readVerifierKey(text: string): Promise<NoteKey | null> {
  const [name = '', id = '', ...rest] = text.trim().split('+')
  const bytes = bytesFromBase64(rest.join('+'))
  if (name === '' || bytes?.length !== 33 || bytes[0] !== ED25519) return null
  const key = { name, publicKey: bytes.slice(1) }
  return (await verifierKey(key)).startsWith(`${name}+${id}+`) ? key : null
}

export async function signNote(text: string, key: NoteKey, sign: SignBytes): Promise<string> {
  const signature = await sign(utf8(text))
  const signed = Uint8Array.of(...(await keyId(key)), ...signature)
  return `${text}\n\u2014 ${key.name} ${base64OfBytes(signed)}\n`
}

/** The text of a note that this key signed; null if it did not. Signatures by others are ignored. */
export async function openNote(
  note: string,
  key: NoteKey,
  verify: VerifyBytes,
): Promise<string | null> {
  const end = note.lastIndexOf('\n\n')
  if (end === -1) return null
  const text = note.slice(0, end + 1)
  for (const line of note.slice(end + 2).split('\n')) {
    const [, name, encoded = ''] = /^\u2014 ([^ +]+) ([^ ]+)$/.exec(line) ?? []
    const signed = name === key.name ? bytesFromBase64(encoded) : null
    if (!signed || !(await hasId(signed, key))) continue
    if (await verify(key.publicKey, signed.slice(4), utf8(text))) return text
  }
  return null
}

async function hasId(signed: Uint8Array, key: NoteKey): Promise<boolean> {
  const id = await keyId(key)
  return id.every((byte, i) => byte === signed[i])
}

async function keyId({ name, publicKey }: NoteKey): Promise<Uint8Array> {
  return (await sha256Bytes(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey)).slice(0, 4)
}
