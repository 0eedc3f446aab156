import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PAGE = join(import.meta.dirname, '../../../docs/proof.md')

const LINE = /^\| ([^|]+) \| INV-\d+ \| (\d+) \| \d+ \|$/gm

/** In which history of the page's seed each defect was found when its table was made, counted from 1. */
export function knownHistories(): Map<string, number> {
  const lines = readFileSync(PAGE, 'utf8').matchAll(LINE)
  return new Map([...lines].map(([, name = '', history]) => [name, Number(history)]))
}
