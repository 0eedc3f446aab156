import { type Definition, flagOf } from './arguments.ts'
import { changedList, refuseContradiction } from './changed-list.ts'
import { type Change, type Field, type Given, listIn } from './fields.ts'
import { readDuration } from './times.ts'

export function text(option: string, wire: string, described: Omit<Definition, 'type'>): Field {
  const options = { [option]: { valueHint: 'TEXT', ...described, type: 'string' } } as const
  return { wire, options, read: (given) => settingTo(given[option]) }
}

/** A text, or `none` for null. */
export function textOrNone(option: string, wire: string, described: Omit<Definition, 'type'>) {
  const field = text(option, wire, described)
  const read = (given: Given) => settingTo(given[option] === 'none' ? null : given[option])
  return { ...field, read }
}

export function duration(option: string, wire: string, description: string): Field {
  return {
    ...text(option, wire, { valueHint: 'DURATION', description }),
    read: (given) => {
      const said = given[option]
      return said === undefined
        ? undefined
        : settingTo(readDuration(flagOf(option), said as string))
    },
  }
}

export function onOrOff(option: string, wire: string, description: string): Field {
  return {
    wire,
    options: { [option]: { type: 'switch', description } },
    read: (given) => settingTo(given[option]),
  }
}

/** True where the option is given; otherwise the body does not have it, and no answer has it. */
export function wish(option: string, wire: string, description: string): Field {
  return {
    wire,
    options: { [option]: { type: 'boolean', description } },
    read: (given) => (given[option] === true ? settingTo(true) : undefined),
    isWish: true,
  }
}

/** A list that is replaced as a whole. */
export function wholeList(
  option: string,
  wire: string,
  described: Omit<Definition, 'type'>,
): Field {
  return {
    wire,
    options: { [option]: { valueHint: 'TEXT', ...described, type: 'string', many: true } },
    read: (given) => (listIn(given, option).length > 0 ? settingTo(given[option]) : undefined),
  }
}

type ListOptions = {
  /** The option that adds, and the one that takes away. */
  add: string
  remove: string
  wire: string
  valueHint: string
  /** A noun for one of them, such as `A label`. */
  what: string
  /** From a text to what the admin API has in the list. */
  parse?: (option: string, text: string) => unknown
}

/** A list to which is added, and from which is taken away. */
export function listOf({ add, remove, wire, valueHint, what, parse }: ListOptions): Field {
  const option = (description: string) =>
    ({ type: 'string', many: true, valueHint, description }) as const
  const parsed = (given: Given, name: string) =>
    listIn(given, name).map((one) => (parse ? parse(flagOf(name), one) : one))
  return {
    wire,
    options: { [add]: option(`${what}; may be repeated`) },
    removing: { [remove]: option(`${what} that it loses; may be repeated`) },
    read: (given) => {
      const [added, removed] = [parsed(given, add), parsed(given, remove)]
      if (added.length + removed.length === 0) return undefined
      refuseContradiction([flagOf(add), flagOf(remove)], added, removed)
      return (before) => changedList((before ?? []) as unknown[], added, removed)
    },
  }
}

function settingTo(value: unknown): Change | undefined {
  return value === undefined ? undefined : () => value
}
