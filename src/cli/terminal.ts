import type { WriteStream } from 'node:tty'

// Answers go to standard output, everything else to standard error: a script reads the one alone.

export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** C1 controls and the marks that reorder text are escaped: JSON itself escapes C0 alone. */
const UNSAFE_IN_JSON =
  /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/g

const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2).replaceAll(UNSAFE_IN_JSON, escaped))
}

type Stream = Pick<WriteStream, 'isTTY'>

export function isColoured(stream: Stream): boolean {
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

export function coloured(text: string, colour: Colour, stream: Stream = process.stdout): string {
  const [on, off] = CODES[colour]
  return isColoured(stream) ? `\u001b[${on}m${text}\u001b[${off}m` : text
}

/** A closed pipe (`portcullis clients list | head -1`) is an end like any other. */
export function endWithPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit()
    })
  }
}
