import type { Status, Verdict } from './ask.ts'

export type Judged = Verdict & {
  room: string
  source: string
  line: number
  column: number
  mutator: string
  original: string
  replacement: string
}

export type Score = { room: string; mutants: number; score: number } & Record<Status, number>

export function scoreOf(room: string, judged: Judged[]): Score {
  const count = (status: Status) => judged.filter((one) => one.status === status).length
  const counts = {
    killed: count('killed'),
    timeout: count('timeout'),
    survived: count('survived'),
    'no coverage': count('no coverage'),
  }
  const score = (100 * (counts.killed + counts.timeout)) / Math.max(judged.length, 1)
  return { room, mutants: judged.length, ...counts, score: Math.round(score * 100) / 100 }
}

const COLUMNS = [
  'room',
  'mutants',
  'killed',
  'timeout',
  'survived',
  'no coverage',
  'score',
] as const

export function tableOf(scores: Score[]): string {
  const rows = [COLUMNS, ...scores.map((score) => COLUMNS.map((name) => String(score[name])))]
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  return rows
    .map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | '))
    .join('\n')
}

export function lineOf({ source, line, column, mutator, original, replacement }: Judged): string {
  const [from, to] = [original, replacement].map((text) => text.replace(/\s+/g, ' ').slice(0, 90))
  return `${source}:${line}:${column} ${mutator}: ${from} -> ${to}`
}
