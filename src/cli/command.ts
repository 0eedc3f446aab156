import { Command } from 'commander'
import { addTo, type Definitions, type Values, valuesOf } from './arguments.ts'
import { EXIT, type ExitCode, Failure } from './failure.ts'
import { note } from './terminal.ts'

const JSON_OPTION = {
  json: { type: 'boolean', description: 'Print JSON on standard output, and nothing else' },
} as const

type Run<D extends Definitions> = (
  values: Values<D & typeof JSON_OPTION>,
) => Promise<ExitCode | undefined> | Promise<void>

/** A command that runs a function. Each takes `--json`. */
export function action<const D extends Definitions>(
  name: string,
  description: string,
  definitions: D,
  run: Run<D>,
): Command {
  const command = newCommand(name, description)
  const all = { ...definitions, ...JSON_OPTION }
  addTo(command, all)
  return command.action(async () => {
    try {
      process.exitCode = (await run(valuesOf(command, all))) ?? EXIT.ok
    } catch (error) {
      if (!(error instanceof Failure && error.exitCode === EXIT.usage)) throw error
      command.error(error.message)
    }
  })
}

/** A noun with its commands; `usual`: the one that runs where none is named. */
export function group(
  name: string,
  description: string,
  commands: Command[],
  usual?: Command,
): Command {
  const made = newCommand(name, description)
  for (const command of commands) made.addCommand(command, { isDefault: command === usual })
  return made
}

/** The commands that do something, with the words that name them. */
export function actionsIn(command: Command, above: string[] = []): [string, Command][] {
  return command.commands.flatMap((below): [string, Command][] => {
    const words = [...above, below.name()]
    return below.commands.length === 0 ? [[words.join(' '), below]] : actionsIn(below, words)
  })
}

function newCommand(name: string, description: string): Command {
  const command = new Command(name)
  return (
    command
      .description(`${description}.`)
      .summary(description)
      .helpOption('-h, --help', 'Show this help')
      .helpCommand(false)
      // An option of a command is not one of its parents.
      .enablePositionalOptions()
      .exitOverride()
      .configureOutput({ outputError: (message) => refuse(command, message) })
  )
}

function refuse(command: Command, message: string): void {
  note({ text: 'portcullis:', colour: 'red' }, ` ${message.replace(/^error: /, '').trimEnd()}`)
  note(`See ${pathOf(command)} --help.`)
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}
