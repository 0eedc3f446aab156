import { type ArgsDef, type CommandDef, type CommandMeta, runCommand } from 'citty'
import { type Arguments, readArguments, type Values } from './arguments.ts'
import { EXIT, type ExitCode, usageFailure } from './failure.ts'
import { suggestion } from './suggestion.ts'

const JSON_OPTION = {
  json: { type: 'boolean', description: 'Print JSON on standard output, and nothing else' },
} as const

/** A node of citty's tree, with nothing that has to be awaited. */
export type Command = CommandDef & {
  meta: CommandMeta
  args?: Arguments & ArgsDef
  subCommands?: Record<string, Command>
}

type Run<A extends Arguments> = (
  values: Values<A & typeof JSON_OPTION>,
) => Promise<ExitCode | undefined> | Promise<void>

/** A command that does something; each takes `--json`. */
export function action<const A extends Arguments>(
  name: string,
  description: string,
  args: A,
  run: Run<A>,
): Command {
  return {
    meta: { name, description },
    args: { ...args, ...JSON_OPTION } as Arguments & ArgsDef,
    run: ({ data }) => run(data as Values<A & typeof JSON_OPTION>),
  }
}

export function group(name: string, description: string, commands: Command[]): Command {
  const named = commands.map((command) => [command.meta.name, command])
  return {
    meta: { name, description },
    subCommands: Object.fromEntries(named) as Record<string, Command>,
  }
}

/** `path`: the words that name the command; `rest`: those that are left for it. */
export type Found = { command: Command; path: string[]; rest: string[] }

/** The command that the words name, as far as they name one. */
export function findCommand(command: Command, words: string[], path: string[] = []): Found {
  const [word = '', ...rest] = words
  const here = [...path, command.meta.name ?? '']
  const next = Object.entries(command.subCommands ?? {}).find(([name]) => name === word)?.[1]
  return next ? findCommand(next, rest, here) : { command, path: here, rest: words }
}

export async function runFound({ command, rest }: Found): Promise<ExitCode> {
  if (command.subCommands) throw notACommand(command.subCommands, rest[0])
  const data = readArguments(rest, command.args ?? {})
  const { result } = await runCommand(command, { rawArgs: rest, data })
  return (result as ExitCode | undefined) ?? EXIT.ok
}

function notACommand(commands: Record<string, Command>, word: string | undefined) {
  const names = Object.keys(commands)
  if (word === undefined) return usageFailure(`Say which: ${names.join(', ')}.`)
  if (word.startsWith('-')) return usageFailure(`${word} is no command; options come after it.`)
  return usageFailure(`Unknown command "${word}".${suggestion(word, names)}`)
}
