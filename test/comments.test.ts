import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Comment, commentsIn, namesIn } from './support/node/comments.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['src', 'test', 'bench', 'scripts', 'openapi', 'examples']

/** Wording that a comment must not have, and why. */
const BANNED: { pattern: RegExp; because: string }[] = [
  {
    pattern: /^(?:Of|That|What|Who|Whose|Whom|Which)\b/,
    because: 'a fragment with its subject left out: name the subject, or begin with a verb',
  },
  {
    pattern: /(?<!\bthere )\b(?:is|are|was|were|be) no (?!longer\b|more than\b|later\b|sooner\b)/i,
    because: 'stilted: write "is not a"',
  },
  { pattern: /\bnobody\b/i, because: 'stilted: write "no client", "no one", or use the passive' },
  { pattern: /\bwhoever\b/i, because: 'stilted: name the person or the program' },
  { pattern: /\bstands\b/i, because: 'stilted: write "is", "means", "depends on"' },
]

/** The rules and the actions would be the same on another database and another edge store. */
const PLATFORM_IN_COMMENTS =
  /\b(?:D1|KV|Workers?|isolates?|workerd|Hono|wrangler|Cloudflare(?! Access))\b/i
const PLATFORM_IN_NAMES =
  /(?:^|_)(?:d1|kv|worker|isolate)(?:_|$|[A-Z])|(?:D1|Kv|Worker|Isolate)(?:[A-Z_]|$)|^(?:D1|KV)[A-Z]?/

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
    join(folder, file),
  ),
).filter((file) => /\.(?:tsx?|mjs)$/.test(file) && !file.includes('node_modules/'))

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

function faultsIn(file: string, comments: Comment[]): string[] {
  return comments.flatMap(({ line, text }) =>
    BANNED.filter(({ pattern }) => pattern.test(text)).map(
      ({ because }) => `${file}:${line} ${because}: ${text}`,
    ),
  )
}

describe('comments are written in plain English', () => {
  it.each(files)('%s', (file) => {
    expect(faultsIn(file, commentsIn(file, read(file)))).toEqual([])
  })

  it.each(files.filter((file) => /^src\/(?:domain|actions)\//.test(file)))(
    '%s names no platform',
    (file) => {
      const comments = commentsIn(file, read(file)).filter(({ text }) =>
        PLATFORM_IN_COMMENTS.test(text),
      )
      const names = [...namesIn(file, read(file))].filter((name) => PLATFORM_IN_NAMES.test(name))
      expect([...comments, ...names]).toEqual([])
    },
  )
})

describe('the scanner', () => {
  const found = (source: string, file = 'a.ts') =>
    faultsIn(file, commentsIn(file, source)).map((fault) => fault.split(' ')[0])

  it.each([
    ['a line', 'const a = 1\n// Whoever calls this waits.', ['a.ts:2']],
    ['a block', '/** Of each client. */\nexport const a = 1', ['a.ts:1']],
    ['its later lines', '/**\n * Reads a file.\n *\n * There is nobody else.\n */', ['a.ts:1']],
    ['a comment behind code', 'const a = 1 // What it is.', ['a.ts:1']],
    ['a phrase that a line break divides', '// It is\n// no client.', ['a.ts:1']],
    ['a comment in a template', 'const a = `${/* That is it. */ 1}`', ['a.ts:1']],
  ])('finds a planted comment: %s', (_, source, faults) => {
    expect(found(source)).toEqual(faults)
  })

  it('finds one between the elements of a page', () => {
    expect(found('const a = <p>{/* Who signs in. */}</p>', 'a.tsx')).toEqual(['a.tsx:1'])
  })

  it.each([
    ['a text', 'const a = "// What is nobody?"'],
    ['a template', 'const a = `/* Of nobody ${1} // What */`'],
    ['a regular expression', 'const a = /\\/* Of nobody/'],
    ['a line that continues a sentence', '// Counts the clients\n// Of each status.'],
    ['a native phrase', '// It is no longer used.'],
  ])('is content with %s', (_, source) => {
    expect(found(source)).toEqual([])
  })

  it('is content with the text of a page', () => {
    expect(found('const a = <p>// Whose client is it?</p>', 'a.tsx')).toEqual([])
  })

  it('tells names from texts', () => {
    const names = namesIn('a.ts', "export const KV_SETTLES = { d1: 'kv' } // kvStore")
    expect([...names]).toEqual(['KV_SETTLES', 'd1'])
    expect([...names].every((name) => PLATFORM_IN_NAMES.test(name))).toBe(true)
    expect(PLATFORM_IN_NAMES.test('activeWorkers')).toBe(false)
  })
})
