import type { Argument } from './arguments.ts'
import type { Command, Found } from './command.ts'
import { EXIT_MEANINGS } from './failure.ts'

// Replaces citty's own, which aligns to the right, knows one parent, and colours piped output.

/** The text of `--help`: for the whole program, a group, or one command. */
export function usageOf({ command, path }: Found): string {
  const { description = '' } = command.meta
  const parts = command.subCommands
    ? [section('Commands', commandRows(command.subCommands)), helpHint(path)]
    : [
        section(
          'Arguments',
          argumentRows(command, (argument) => argument.type === 'positional'),
        ),
        section(
          'Options',
          argumentRows(command, (argument) => argument.type !== 'positional'),
        ),
      ]
  const everything = path.length === 1 ? [section('Exit codes', EXIT_ROWS), ENVIRONMENT] : []
  return [`${description}.`, `Usage: ${usageLine(command, path)}`, ...parts, ...everything]
    .filter((part) => part !== '')
    .join('\n\n')
}

type Row = [name: string, meaning: string]

const EXIT_ROWS = EXIT_MEANINGS.map(([code, meaning]): Row => [String(code), meaning])

const ENVIRONMENT = `Environment:
  PORTCULLIS_URL with PORTCULLIS_TOKEN, or with PORTCULLIS_CLIENT_ID and PORTCULLIS_CLIENT_SECRET,
  wins over the credentials that login keeps.`

function usageLine({ args = {}, subCommands }: Command, path: string[]): string {
  if (subCommands) return [...path, 'COMMAND'].join(' ')
  const positionals = Object.entries(args).filter(([, { type }]) => type === 'positional')
  return [
    ...path,
    ...positionals.map(([name, argument]) => place(name, argument)),
    '[OPTIONS]',
  ].join(' ')
}

function place(name: string, { required, many }: Argument): string {
  const shown = name.toUpperCase() + (many ? '...' : '')
  return required ? shown : `[${shown}]`
}

function commandRows(commands: Record<string, Command>): Row[] {
  return Object.entries(commands).map(([name, { meta }]) => [name, meta.description ?? ''])
}

function argumentRows({ args = {} }: Command, wanted: (argument: Argument) => boolean): Row[] {
  return Object.entries(args)
    .filter(([, argument]) => wanted(argument))
    .map(([name, argument]) => [shownName(name, argument), meaningOf(argument)])
}

function shownName(name: string, argument: Argument): string {
  if (argument.type === 'positional') return place(name, argument)
  const value = argument.valueHint ?? (argument.type === 'boolean' ? '' : 'VALUE')
  return `--${name} ${value}`.trimEnd()
}

function meaningOf({ description, options, default: otherwise }: Argument): string {
  const one = options ? `: ${options.join(', ')}` : ''
  return description + one + (otherwise === undefined ? '' : ` (default ${otherwise})`)
}

function helpHint(path: string[]): string {
  return `${path.join(' ')} COMMAND --help says more of one.`
}

const COLUMNS = 100

function section(title: string, rows: Row[]): string {
  if (rows.length === 0) return ''
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.flatMap(([name, meaning]) =>
    wrapped(meaning, COLUMNS - width - 4).map(
      (line, i) => `  ${(i === 0 ? name : '').padEnd(width)}  ${line}`,
    ),
  )
  return [`${title}:`, ...lines].join('\n')
}

function wrapped(text: string, columns: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trimStart()
    if (longer.length > columns) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}
