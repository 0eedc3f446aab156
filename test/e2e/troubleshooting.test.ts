import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

// The page of symptoms says what the server and the guard really answer, and all that they answer to who brings
// a credential or a token.

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8')

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('cli/'))
  .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'))
const source = sources.join('\n')

/** The sentences of the first column: what an answer says. */
const quoted = [...PAGE.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]{12,})`/g)].map(([, text = '']) => text),
)

const CODES = 'invalid_client|invalid_scope|invalid_target|invalid_token|unreachable|no_token'
const refusal = new RegExp(`new Refus(?:al|ed)\\(\\s*'(?:${CODES})',\\s*'([^']+)'`, 'g')
const said = new Set([...source.matchAll(refusal)].map(([, text = '']) => text))

describe('docs/troubleshooting.md', () => {
  it.each(quoted.filter((text) => /^[A-Za-z][a-z]+ .* /.test(text)))(
    'quotes the code: %s',
    (text) => {
      expect(source).toContain(text)
    },
  )

  it.each([...said])('has what a client or an API is told: %s', (text) => {
    expect(PAGE).toContain(`\`${text}\``)
  })

  it('knows more than a handful of both', () => {
    expect([quoted.length > 30, said.size > 15]).toEqual([true, true])
  })
})
