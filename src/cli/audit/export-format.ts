import type { ProvenEventBody } from '../api-types.ts'

/** The first line of an export. `events`: all events of the checkpoint, or the one that was asked for. */
export type ExportHead = {
  format: 'portcullis-audit-export-1'
  events: 'all' | 'one'
  verifier_key: string
  checkpoint: string
}

/** A line of an export of one event: that the tree of this size is the beginning of the later one. */
export type ConsistencyLine = { consistency: { from: number; to: number; proof: string[] } }

export type ExportFile = {
  head: ExportHead
  consistency: ConsistencyLine['consistency'][]
  leaves: ProvenEventBody[]
}

export const FORMAT = 'portcullis-audit-export-1'

/** Null for a text that is not an export. */
export function readExport(text: string): ExportFile | null {
  const [first, ...rest] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parsed)
  if (!isHead(first)) return null
  const file: ExportFile = { head: first, consistency: [], leaves: [] }
  for (const line of rest) {
    if (isConsistency(line)) file.consistency.push(line.consistency)
    else if (isLeaf(line)) file.leaves.push(line)
    else return null
  }
  return file
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function fieldsOf(line: unknown): Record<string, unknown> {
  return typeof line === 'object' && line !== null ? (line as Record<string, unknown>) : {}
}

const isText = (value: unknown) => typeof value === 'string'
const isTextOrNull = (value: unknown) => value === null || isText(value)
const isNumber = (value: unknown) => Number.isSafeInteger(value)
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText)

function isHead(line: unknown): line is ExportHead {
  const { format, events, verifier_key: key, checkpoint } = fieldsOf(line)
  const isKnown = format === FORMAT && (events === 'all' || events === 'one')
  return isKnown && isText(key) && isText(checkpoint)
}

function isConsistency(line: unknown): line is ConsistencyLine {
  const { from, to, proof } = fieldsOf(fieldsOf(line)['consistency'])
  return isNumber(from) && isNumber(to) && areTexts(proof)
}

function isLeaf(line: unknown): line is ProvenEventBody {
  const { index, leaf, event, salt, proof } = fieldsOf(line)
  return (
    isNumber(index) && isText(leaf) && isTextOrNull(event) && isTextOrNull(salt) && areTexts(proof)
  )
}
