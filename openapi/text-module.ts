import type { Json } from './from-valibot.ts'
import { ISSUER } from './shared.ts'

const SAID =
  '// Made by `npm run openapi` from openapi/ and the schemas that validate. Not to be edited.'

/** The document as text, because a Worker that starts should not have to build it. */
export function textModule(document: Json): string {
  const literal = JSON.stringify(document).replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  return [
    SAID,
    '',
    '/** The issuer in the text: the server that shows it puts its own there. */',
    `export const ISSUER = '${ISSUER}'`,
    '',
    'export const OPENAPI_TEXT =',
    `  '${literal}'`,
    '',
  ].join('\n')
}
