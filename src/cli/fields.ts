import { type Definitions, flagOf } from './arguments.ts'
import type { Wanted } from './change-as-read.ts'
import { usageFailure } from './failure.ts'

// The settings of a thing are a table of fields: it makes the options of the commands that create and
// edit the thing, and the bodies of their requests.

export type Given = Record<string, unknown>

/** Returns a field's new value from its present one. */
export type Change = (before: unknown) => unknown

/** A field of a body of the admin API, `wire` being its name there. */
export type Field = {
  wire: string
  options: Definitions
  /** Options that take something away: for commands that edit alone. */
  removing?: Definitions
  /** Undefined where no option of the field is given. */
  read: (given: Given) => Change | undefined
  /** Said of the change, and no part of what is changed: no answer has it. */
  isWish?: true
}

/** The changes that were asked for, by the names of the admin API. */
export type Changes = Map<string, Change>

export function optionsOf(fields: Field[]): Definitions {
  return Object.assign({}, ...fields.map(({ options }) => options)) as Definitions
}

export function editOptionsOf(fields: Field[]): Definitions {
  return Object.assign({}, ...fields.map((f) => ({ ...f.options, ...f.removing }))) as Definitions
}

export function changesOf(fields: Field[], given: Given): Changes {
  const all = fields.map(({ wire, read }) => [wire, read(given)] as const)
  return new Map(all.filter((entry): entry is [string, Change] => entry[1] !== undefined))
}

export type Edit = { state: Changes; wishes: Changes }

/** The changes of an edit: a command without any is a mistake. */
export function editsOf(fields: Field[], given: Given): Edit {
  const isWish = (field: Field) => field.isWish === true
  const wishes = changesOf(fields.filter(isWish), given)
  const state = changesOf(
    fields.filter((field) => !isWish(field)),
    given,
  )
  if (state.size + wishes.size > 0) return { state, wishes }
  const flags = Object.keys(editOptionsOf(fields)).map(flagOf)
  throw usageFailure(`Nothing to change was given. Give one of ${flags.join(', ')}.`)
}

/** The body of a request that makes these changes. */
export function bodyOf(changes: Changes, before: object = {}): Given {
  const values = before as Given
  return Object.fromEntries([...changes].map(([wire, change]) => [wire, change(values[wire])]))
}

/** The same, apart from what is only said of it. */
export function wantedBy({ state, wishes }: Edit, before: object): Wanted {
  return { state: bodyOf(state, before), wishes: bodyOf(wishes) }
}

export function listIn(given: Given, option: string): string[] {
  return (given[option] ?? []) as string[]
}
