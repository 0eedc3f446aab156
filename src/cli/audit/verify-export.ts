import { countedInWords } from '../../domain/count.ts'
import { createPublicKey, verify } from 'node:crypto'
import type { SizedRoot } from '../../platform/merkle.ts'
import {
  openNote,
  readCheckpointText,
  readVerifierKey,
  type NoteKey,
} from '../../platform/signed-note.ts'
import { EXIT, type ExitCode, Failure, usageFailure } from '../failure.ts'
import { note, print, printJson } from '../terminal.ts'
import { textOf } from '../text-file.ts'
import { readExport } from './export-format.ts'
import { judgeExport } from './judge-export.ts'

const SHOWN_MAX = 20

type Given = {
  file: string
  checkpoint: string[]
  verifierKey: string | undefined
  allowErased: boolean
  json: boolean
}

/** Compares an export with checkpoints, without a server. */
export async function verifyExport(given: Given): Promise<ExitCode> {
  const file = readExport(textOf(given.file))
  if (!file) throw new Failure(EXIT.failed, `${given.file} is not an export of audit events.`)
  const key = await keyOf(given.verifierKey ?? file.head.verifier_key)
  const own = await rootIn(file.head.checkpoint, key, 'The checkpoint in the file')
  const others = await Promise.all(
    given.checkpoint.map((name) => rootIn(`${textOf(name)}\n`, key, `The checkpoint in ${name}`)),
  )
  const { problems, erased } = await judgeExport(file, own, others)
  if (!given.allowErased) problems.push(...erased.map(erasedProblem))
  const found = { intact: problems.length === 0, events: file.leaves.length, erased, problems }
  if (given.json)
    printJson({ ...found, size: own.size, checkpoints: others.map(({ size }) => size) })
  else say(found, own, others, given)
  return found.intact ? EXIT.ok : EXIT.failed
}

function erasedProblem(number: number): string {
  return `Event ${number} is not there, only its leaf: it was erased or deleted. If that is known, add --allow-erased.`
}

async function keyOf(text: string): Promise<NoteKey> {
  const key = await readVerifierKey(text)
  if (key) return key
  throw usageFailure('This is not a verifier key: one looks like auth.example.com+1a2b3c4d+AbCd...')
}

/** @throws Failure if this key did not sign it */
async function rootIn(signed: string, key: NoteKey, what: string): Promise<SizedRoot> {
  const text = await openNote(signed, key, verifyWith)
  if (text === null) throw new Failure(EXIT.failed, `${what} is not signed by ${key.name}.`)
  const checkpoint = readCheckpointText(text)
  if (checkpoint?.origin === key.name) return checkpoint
  throw new Failure(EXIT.failed, `${what} is not a checkpoint of ${key.name}.`)
}

/** With Node's own crypto: Node 20 warns of Ed25519 in Web Crypto. */
function verifyWith(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, bytes, key, signature)
}

function say(
  found: { intact: boolean; events: number; erased: number[]; problems: string[] },
  own: SizedRoot,
  others: SizedRoot[],
  { verifierKey, allowErased }: Given,
): void {
  if (!found.intact) {
    note({ text: 'NOT intact', colour: 'red' }, ':')
    for (const problem of found.problems.slice(0, SHOWN_MAX)) note(`- ${problem}`)
    const more = found.problems.length - SHOWN_MAX
    if (more > 0) note(`- and ${more} more.`)
    return
  }
  print({ text: 'Intact', colour: 'green' }, `: ${what(found.events, own)}.`)
  for (const { size } of others)
    print(`The log continues the checkpoint of ${countedInWords(size, 'event')}.`)
  if (allowErased && found.erased.length > 0) {
    print(`Erased, with their places proven: ${found.erased.join(', ')}.`)
  }
  if (verifierKey === undefined) {
    note('The key is the one in the file: compare it with the one you know, or use --verifier-key.')
  }
  if (others.length === 0) {
    note('Without --checkpoint, a rewrite of the whole log is not noticed.')
  }
}

function what(events: number, { size }: SizedRoot): string {
  return events === size
    ? `all ${countedInWords(size, 'event')}`
    : `${events} of ${countedInWords(size, 'event')}`
}
