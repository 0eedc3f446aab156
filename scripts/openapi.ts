import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDocument } from '../openapi/document.ts'
import { textModule } from '../openapi/text-module.ts'

// `npm run openapi`: makes anew what the Worker carries, from the schemas that validate. `npm test` finds one that is
// old. `npm run --silent openapi -- --print > openapi.json`: the document to be read, or given to a tool.

const root = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}
const document = makeDocument(version)
if (process.argv.includes('--print')) console.log(JSON.stringify(document, null, 2))
else {
  const path = 'src/http/reference/openapi-text.ts'
  writeFileSync(join(root, path), textModule(document))
  console.log(`Wrote ${path}.`)
}
