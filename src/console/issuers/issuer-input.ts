import type { NewIssuer } from '../../actions/federation/create-issuer.ts'
import type { Deps } from '../../domain/deps.ts'
import type { FieldError } from '../../domain/errors.ts'
import { toNewIssuer } from '../../web/federation-input.ts'
import { newIssuerSchema } from '../../web/federation-schemas.ts'
import { parseAlso } from '../forms/parse-also.ts'

type KeyDeps = Pick<Deps, 'parseKeySet' | 'outboundUrlProblem'>

/** Maps the form to the fields of the admin API, so that the same schema parses both. */
export function parseNewIssuer(deps: KeyDeps, form: URLSearchParams): Promise<NewIssuer> {
  const typed = (name: string) => (form.get(name) ?? '').trim()
  const name = typed('name')
  const audiences = linesIn(typed('audiences'))
  const checkJti = typed('check_jti')
  const { keys, errors } = keysIn(typed('keys'), typed)
  const body = {
    issuer: typed('issuer'),
    preset: typed('preset'),
    ...(name && { name }),
    ...keys,
    ...(audiences.length > 0 && { audiences }),
    ...(checkJti && { check_jti: checkJti === 'yes' }),
  }
  return toNewIssuer(deps, parseAlso(body, newIssuerSchema, errors))
}

function linesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}

type Keys = { keys: { jwks_uri?: string; jwks?: object }; errors: FieldError[] }

/** Takes the field of the chosen way alone: another may have been filled in before. */
function keysIn(chosen: string, typed: (name: string) => string): Keys {
  if (chosen === 'jwks_uri') return { keys: { jwks_uri: typed('jwks_uri') }, errors: [] }
  if (chosen !== 'jwks') return { keys: {}, errors: [] }
  const jwks = jsonIn(typed('jwks'))
  if (jwks !== null) return { keys: { jwks }, errors: [] }
  return { keys: {}, errors: [{ field: 'jwks', detail: 'must be a JWKS: {"keys": [...]}' }] }
}

function jsonIn(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
