import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { complaintsOf } from '../support/node/package.ts'
import { allPages, type Block } from '../support/node/pages.ts'

// Every piece of TypeScript in the documentation compiles by itself, as a reader pastes it. Declarations
// that a fragment does not show are in a comment before it, which the reader of the page does not see:
//
//   <!-- ts
//   declare function invoicesOf(client: string): object[]
//   -->

const ROOT = join(import.meta.dirname, '../..')
const ENTRIES = {
  portcullis: 'index.ts',
  'portcullis/guard': 'guard/index.ts',
  'portcullis/express': 'guard/express.ts',
  'portcullis/fastify': 'guard/fastify.ts',
  'portcullis/mcp': 'guard/mcp.ts',
  'portcullis/testing': 'testing/index.ts',
  'portcullis/worker': 'worker.ts',
  'portcullis/gate': 'gate.ts',
}

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-snippets-'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const paths = Object.fromEntries(
    Object.entries(ENTRIES).map(([name, file]) => [name, [join(ROOT, 'src', file)]]),
  )
  const compilerOptions = {
    types: ['node', '@cloudflare/workers-types'],
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths,
  }
  const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
})

afterAll(() => rmSync(folder, { recursive: true }))

/** The compiler's complaints about each, by its name: all of them in one go. */
function complaintsBySnippet(texts: Map<string, string>): Map<string, string[]> {
  for (const [name, text] of texts) writeFileSync(join(folder, `${name}.ts`), text)
  const all = complaintsOf(folder)
  return new Map(
    [...texts.keys()].map((name) => [name, all.filter((line) => line.includes(`${name}.ts`))]),
  )
}

const asFile = ({ around, text }: Pick<Block, 'around' | 'text'>) =>
  `${around}\n${text}\nexport {}\n`

const snippets = allPages().flatMap((page) =>
  page.blocks
    .filter(({ language }) => language === 'ts')
    .map((block) => ({ where: `${page.name}:${block.line}`, block })),
)
const nameOf = (where: string) => where.replaceAll(/\W+/g, '-')

describe('a piece of TypeScript in the documentation', () => {
  let complaints: Map<string, string[]>

  beforeAll(() => {
    complaints = complaintsBySnippet(
      new Map(snippets.map(({ where, block }) => [nameOf(where), asFile(block)])),
    )
  })

  it.each(snippets)('compiles: $where', ({ where }) => {
    expect(complaints.get(nameOf(where))).toEqual([])
  })

  it.each(['README.md', 'docs/guard.md', 'docs/recipes.md', 'docs/plugin.md'])(
    'is found in %s',
    (page) => expect(snippets.map(({ where }) => where.split(':')[0])).toContain(page),
  )

  it('is refused where it does not compile, as one is that takes claims from nowhere', () => {
    const text = "import { Hono } from 'hono'\nnew Hono().get('/', (c) => c.json(c.var.token))"
    const found = complaintsBySnippet(new Map([['wrong', asFile({ around: '', text })]]))
    expect(found.get('wrong')?.join()).toContain("Property 'token' does not exist")
  })
})
