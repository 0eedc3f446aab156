import { usageFailure } from '../failure.ts'

export type Json = Record<string, unknown>

/** An object of an export: nothing is assumed of its members. */
export function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // Without the message of the parser, which quotes the text.
    if (error instanceof SyntaxError) throw usageFailure(`${file} is not JSON.`)
    throw error
  }
}

export function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

export function recordsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(recordOf) : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
