import { printFields } from './table.ts'
import { timeInWords } from './times.ts'

/** Prints a thing as the admin API has it, a field a line. */
export function printBody(body: object): void {
  printFields(
    Object.entries(body).map(([name, value]) => [wordsOf(name), valueInWords(name, value)]),
  )
}

function wordsOf(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Null for what there is not: its line is left out. */
function valueInWords(name: string, value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  if (Array.isArray(value)) return value.map((one) => valueInWords('', one)).join('\n') || 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value !== 'string') return JSON.stringify(value)
  return name.endsWith('_at') ? timeInWords(value) : value
}
