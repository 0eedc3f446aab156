import { Argument, type Command, InvalidArgumentError, Option } from 'commander'

/**
 * An option or an argument of a command; `many`: it may be given several times. A switch is turned on
 * by its name and off by its name behind `no-`.
 */
export type Definition = {
  type: 'boolean' | 'switch' | 'string' | 'positional'
  description: string
  valueHint?: string
  choices?: readonly string[]
  required?: boolean
  many?: boolean
}

/** By their names in code: `expiresOn` is typed as `--expires-on`. */
export type Definitions = Record<string, Definition>

type TextOf<D> = D extends { choices: readonly (infer Choice extends string)[] } ? Choice : string

type ValueOf<D> = D extends { type: 'boolean' }
  ? boolean
  : D extends { type: 'switch' }
    ? boolean | undefined
    : D extends { many: true }
      ? TextOf<D>[]
      : D extends { required: true }
        ? TextOf<D>
        : TextOf<D> | undefined

export type Values<D extends Definitions> = { -readonly [K in keyof D]: ValueOf<D[K]> }

export function addTo(command: Command, definitions: Definitions): void {
  for (const [name, definition] of Object.entries(definitions)) {
    if (definition.type === 'positional') command.addArgument(argumentOf(name, definition))
    else if (definition.type === 'switch') addSwitch(command, name, definition)
    else {
      const option = optionOf(name, definition)
      command.addOption(option)
      if (!definition.many) refuseSecond(command, option)
    }
  }
}

function addSwitch(command: Command, name: string, { description }: Definition): void {
  const flag = flagOf(name)
  const options = [
    new Option(flag, description),
    new Option(flag.replace('--', '--no-'), `The opposite of ${flag}`),
  ]
  for (const option of options) command.addOption(option)
  refuseSecond(command, ...options)
}

/** commander would let the last one win. */
function refuseSecond(command: Command, ...options: Option[]): void {
  let isGiven = false
  for (const option of options) {
    command.on(`option:${option.name()}`, () => {
      const flags = options.map(({ flags }) => flags).join(' or ')
      if (isGiven) command.error(`option '${flags}' was given more than once.`)
      isGiven = true
    })
  }
}

export function valuesOf<D extends Definitions>(command: Command, definitions: D): Values<D> {
  const given = command.opts<Record<string, unknown>>()
  for (const [i, argument] of command.registeredArguments.entries()) {
    given[argument.name()] = command.processedArgs[i]
  }
  const entries = Object.entries(definitions).map(([name, definition]) => [
    name,
    given[name] ?? negated(given, name) ?? absent(definition),
  ])
  return Object.fromEntries(entries) as Values<D>
}

/** commander keeps `--no-secret` as a `secret` that is false. */
function negated(given: Record<string, unknown>, name: string): true | undefined {
  const opposite = /^no(?=[A-Z])(.)(.*)$/.exec(name)
  const [, first = '', rest = ''] = opposite ?? []
  return given[first.toLowerCase() + rest] === false ? true : undefined
}

function absent({ type, many }: Definition): unknown {
  if (type === 'boolean') return false
  return many ? [] : undefined
}

function argumentOf(name: string, { description, choices, required, many }: Definition): Argument {
  const shown = name + (many ? '...' : '')
  const argument = new Argument(required ? `<${shown}>` : `[${shown}]`, description)
  return choices ? argument.choices([...choices]) : argument
}

/** By its name in code: `expiresOn` is `--expires-on`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function optionOf(name: string, definition: Definition): Option {
  const { type, description, choices, required = false } = definition
  const flag = flagOf(name)
  if (type === 'boolean') return new Option(flag, description)
  const { valueHint = name.toUpperCase() } = definition
  const option = new Option(`${flag} <${valueHint}>`, description).makeOptionMandatory(required)
  // First, for the help: it sets a parser of its own.
  if (choices) option.choices([...choices])
  return option.argParser(parserOf(flag, definition))
}

/** Stricter than commander, which takes the next option for a value. */
function parserOf(flag: string, { choices, many }: Definition) {
  return (value: string, before?: string | string[]) => {
    if (choices && !choices.includes(value)) {
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`)
    }
    // `--reason --json`: the next option is rarely meant as the value of this one.
    const written = `${flag}=${value}`
    if (!choices && /^-./.test(value) && !process.argv.includes(written)) {
      throw new InvalidArgumentError(`If it is meant, write ${written}.`)
    }
    return many ? [...(before ?? []), value] : value
  }
}
