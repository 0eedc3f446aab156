import type { WriteStream } from 'node:tty'
import { withForbiddenAs, withoutForbiddenCharacters } from '../domain/text.ts'

// Answers go to standard output, everything else to standard error: a script reads only the
// answers. A server's text never drives the terminal: control characters and marks that reorder
// text come out as U+FFFD. Colours are added afterwards.

export type Part = string | { text: string; colour: Colour }

export function print(...parts: Part[]): void {
  process.stdout.write(`${render(parts, process.stdout)}\n`)
}

export function note(...parts: Part[]): void {
  process.stderr.write(`${render(parts, process.stderr)}\n`)
}

function render(parts: Part[], stream: Stream): string {
  return parts
    .map((part) =>
      typeof part === 'string' ? safe(part) : coloured(safe(part.text), part.colour, stream),
    )
    .join('')
}

/** Keeps line breaks: text that must be one line is made so where it is put into a sentence. */
function safe(text: string): string {
  return text.split('\n').map(withoutForbiddenCharacters).join('\n')
}

/** JSON itself escapes only some control characters, and none that reorders or hides text. */
const safeJson = (json: string) => withForbiddenAs(escaped, json)

/** One escape for each UTF-16 code unit, of which a character may have two (RFC 8259 §7). */
function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}

export function printJson(value: unknown): void {
  print(safeJson(JSON.stringify(value, null, 2)))
}

/** One line of JSON. */
export function printLine(value: unknown): void {
  print(safeJson(JSON.stringify(value)))
}

type Stream = Pick<WriteStream, 'isTTY'>

function isColoured(stream: Stream): boolean {
  const { NO_COLOR, TERM } = process.env
  return stream.isTTY && !NO_COLOR && TERM !== 'dumb'
}

export type Colour = 'red' | 'yellow' | 'green' | 'bold'

const CODES: Record<Colour, [number, number]> = {
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  bold: [1, 22],
}

function coloured(text: string, colour: Colour, stream: Stream): string {
  const [on, off] = CODES[colour]
  return isColoured(stream) ? `\u001b[${on}m${text}\u001b[${off}m` : text
}
