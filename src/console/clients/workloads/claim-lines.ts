import type { FieldError } from '../../../domain/errors.ts'
import type { ClaimValue } from '../../../domain/federation.ts'
import { valueIn } from '../../../platform/typed-value.ts'

type Claims = { claims: Record<string, ClaimValue>; errors: FieldError[] }

type Line = { number: number; name: string; value: ClaimValue | null; isWhole: boolean }

/** Reads claims from lines of text: `name = value`. */
export function claimsIn(text: string): Claims {
  const lines = text
    .split('\n')
    .map((line, i) => [line.trim(), i + 1] as const)
    .filter(([line]) => line !== '')
    .map(([line, number]) => lineOf(line, number))
  const problems = lines.flatMap((line, i) => {
    const problem = problemOf(line, lines.slice(0, i))
    return problem === null ? [] : [`in line ${line.number} ${problem}`]
  })
  const claims = Object.fromEntries(lines.map(({ name, value }) => [name, value ?? '']))
  const detail = `cannot be read: ${problems.join('; ')}`
  return { claims, errors: problems.length === 0 ? [] : [{ field: 'claims', detail }] }
}

function lineOf(line: string, number: number): Line {
  const [name = '', ...rest] = line.split('=')
  return { number, name: name.trim(), value: valueIn(rest.join('=')), isWhole: rest.length > 0 }
}

function problemOf({ name, value, isWhole }: Line, before: Line[]): string | null {
  if (!isWhole) return 'there is no ='
  if (/[^\x21-\x7e]/.test(name) || name === '') return 'the name has a space, or is missing'
  if (value === '') return 'the value is missing'
  if (value === null) return 'the value is a number too long for one, or its quotes do not end'
  return before.some((line) => line.name === name) ? `${name} is there again` : null
}
