import { makeDocument } from './document.ts'
import { ISSUER } from './shared.ts'

const SAID =
  '// Made by `npm run openapi` from openapi/ and the schemas that validate. Not to be edited.'

/** What the document is kept as, by path: one to be read and linted, one that the Worker carries. */
export function generatedFiles(version: string): Record<string, string> {
  const document = makeDocument(version)
  return {
    'openapi/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'src/http/reference/openapi-text.ts': textModule(JSON.stringify(document)),
  }
}

/** The document as text, because a Worker that starts should not have to build it. */
function textModule(json: string): string {
  const literal = json.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  return [
    SAID,
    '',
    '/** A placeholder in the text for the issuer of the server that shows it. */',
    `export const ISSUER = '${ISSUER}'`,
    '',
    'export const OPENAPI_TEXT =',
    `  '${literal}'`,
    '',
  ].join('\n')
}
