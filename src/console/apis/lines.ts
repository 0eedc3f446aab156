import { type Api, type ApiPermission, textsOf } from '../../domain/api.ts'
import { type FieldError, Refusal } from '../../domain/errors.ts'
import { refuseUnseen } from '../../domain/unseen.ts'
import { parse } from '../../web/parse.ts'
import { keptApiSchema } from '../../web/schemas.ts'

const PROBLEMS_SHOWN = 5

/** Writes a permission as a line of text: `permission | group | description`. */
export function lineOf({ permission, group = '', description = '' }: ApiPermission): string {
  const parts = [permission, group, description.replaceAll(/\s+/g, ' ')]
  return parts
    .join(' | ')
    .replace(/[\s|]+$/, '')
    .replace('|  |', '| |')
}

/**
 * Parses the form for an API. An unchanged line keeps its meaning, so that saving something else
 * does not lose a description of several lines, or a group with a bar in it.
 */
export function parseApi(form: URLSearchParams, before?: Api) {
  const kept = new Map(before?.permissions.map((permission) => [lineOf(permission), permission]))
  const lines = (form.get('permissions') ?? '').split('\n').map((line) => line.trim())
  const numbers = lines.flatMap((line, i) => (line === '' ? [] : [i + 1]))
  const permissions = lines.filter(Boolean).map((line) => kept.get(line) ?? readLine(line))
  const [audience, name] = [form.get('audience')?.trim() ?? '', form.get('name') ?? '']
  try {
    const api = parse({ audience, name, permissions }, keptApiSchema)
    refuseUnseen(textsOf(api), before ? textsOf(before) : [])
    return api
  } catch (error) {
    if (!(error instanceof Refusal && error.extras.fields)) throw error
    const repeated = repetition(permissions, numbers)
    const fields = namingLines(error.extras.fields, numbers, repeated)
    throw new Refusal('invalid_fields', error.message, { fields })
  }
}

function readLine(line: string): ApiPermission {
  const [permission = '', group = '', ...rest] = line.split('|').map((part) => part.trim())
  const description = rest.join(' | ')
  return {
    permission,
    ...(description === '' ? {} : { description }),
    ...(group === '' ? {} : { group }),
  }
}

const isOfLine = ({ field }: FieldError) => field.startsWith('permissions.')

/** Merges the errors of all lines into one for their field, with line numbers. */
function namingLines(errors: FieldError[], numbers: number[], repeated: string): FieldError[] {
  const details = errors.filter(isOfLine).map(({ field, detail }) => {
    const [, index, part = 'permission'] = field.split('.')
    return `in line ${numbers[Number(index)]} the ${part} ${detail}`
  })
  const others = errors
    .filter((error) => !isOfLine(error))
    .map((error) =>
      error.field === 'permissions' ? { ...error, detail: error.detail + repeated } : error,
    )
  if (details.length === 0) return others
  const detail = `cannot be read: ${details.slice(0, PROBLEMS_SHOWN).join('; ')}`
  return [{ field: 'permissions', detail }, ...others]
}

function repetition(permissions: ApiPermission[], numbers: number[]): string {
  const names = permissions.map(({ permission }) => permission)
  const second = names.findIndex((name, i) => names.indexOf(name) < i)
  if (second === -1) return ''
  return `: line ${numbers[second]} repeats line ${numbers[names.indexOf(names[second] ?? '')]}`
}
