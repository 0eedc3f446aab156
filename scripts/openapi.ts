import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles } from '../openapi/files.ts'

// `npm run openapi`: makes the document anew from the schemas that validate. `npm test` finds one that is old.

const root = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}
for (const [path, text] of Object.entries(generatedFiles(version))) {
  writeFileSync(join(root, path), text)
  console.log(`Wrote ${path}.`)
}
