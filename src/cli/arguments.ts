import { parseArgs } from 'node:util'
import { usageFailure } from './failure.ts'
import { suggestion } from './suggestion.ts'

/** An argument as citty defines it, narrower; `many`: it may be given several times. */
export type Argument = {
  type: 'boolean' | 'string' | 'enum' | 'positional'
  description: string
  valueHint?: string
  options?: readonly string[]
  default?: string
  required?: boolean
  many?: boolean
}
export type Arguments = Record<string, Argument>

type ValueOf<A> = A extends { type: 'boolean' }
  ? boolean
  : A extends { many: true }
    ? string[]
    : A extends { required: true }
      ? string
      : string | undefined

export type Values<A extends Arguments> = { -readonly [K in keyof A]: ValueOf<A[K]> }

/**
 * Strict: citty silently accepts an unknown option, and the last of several. A typing error in
 * `--reason` must not pass unnoticed.
 */
export function readArguments<A extends Arguments>(raw: string[], known: A): Values<A> {
  const given = gather(raw, known)
  const entries = Object.entries(known).map(([name, argument]) => [
    name,
    valueOf(name, argument, given.get(name) ?? []),
  ])
  return Object.fromEntries(entries) as Values<A>
}

type Token = NonNullable<ReturnType<typeof tokensOf>>[number]

function tokensOf(raw: string[], known: Arguments) {
  const options = Object.fromEntries(
    Object.entries(known)
      .filter(([, argument]) => argument.type !== 'positional')
      .map(([name, { type }]) => [name, { type: type === 'boolean' ? type : 'string' } as const]),
  )
  return parseArgs({ args: raw, options, strict: false, tokens: true }).tokens
}

function gather(raw: string[], known: Arguments): Map<string, string[]> {
  const given = new Map<string, string[]>()
  const add = (name: string, value: string) => given.set(name, [...(given.get(name) ?? []), value])
  for (const token of tokensOf(raw, known)) {
    if (token.kind === 'option') add(token.name, optionValue(token, known))
    if (token.kind === 'positional') add(positionalFor(token.value, known, given), token.value)
  }
  return given
}

function optionValue(token: Extract<Token, { kind: 'option' }>, known: Arguments): string {
  const { name, rawName, value, inlineValue } = token
  const argument = known[name]
  if (!rawName.startsWith('--') || !argument || argument.type === 'positional') {
    throw usageFailure(`Unknown option ${rawName}.${suggestion(rawName, optionNames(known))}`)
  }
  if (argument.type === 'boolean') {
    if (value !== undefined) throw usageFailure(`${rawName} takes no value.`)
    return ''
  }
  if (value === undefined) throw usageFailure(`${rawName} needs a value.`)
  // `--reason --json`: the next option is rarely meant as the value of this one.
  if (!inlineValue && /^-./.test(value) && !argument.options?.includes(value)) {
    throw usageFailure(`${rawName} needs a value. If it is "${value}", write ${rawName}=${value}.`)
  }
  return value
}

function optionNames(known: Arguments): string[] {
  const options = Object.entries(known).filter(([, { type }]) => type !== 'positional')
  return ['--help', ...options.map(([name]) => `--${name}`)]
}

function positionalFor(value: string, known: Arguments, given: Map<string, string[]>): string {
  const free = Object.entries(known).find(
    ([name, { type, many }]) => type === 'positional' && (many === true || !given.has(name)),
  )
  if (!free) throw usageFailure(`One argument too many: "${value}".`)
  return free[0]
}

function valueOf(name: string, argument: Argument, values: string[]) {
  const shown = argument.type === 'positional' ? name.toUpperCase() : `--${name}`
  if (argument.type === 'boolean') return values.length > 0
  if (argument.required === true && values.length === 0) throw usageFailure(`${shown} is missing.`)
  if (argument.many === true) return values
  if (values.length > 1) throw usageFailure(`${shown} was given ${values.length} times.`)
  const [value] = values
  const allowed = argument.type === 'enum' ? [...(argument.options ?? [])] : []
  if (value === undefined || allowed.length === 0 || allowed.includes(value)) return value
  const hint = suggestion(value, allowed)
  throw usageFailure(`${shown} "${value}" is none of ${allowed.join(', ')}.${hint}`)
}
