import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Comment, commentsIn, namesIn, sentencesIn } from './support/node/comments.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['src', 'test', 'bench', 'scripts', 'openapi', 'examples']

type Banned = { pattern: RegExp; because: string }

/** Wording that neither a comment nor a sentence may have, and why. */
const STILTED: Banned[] = [
  {
    pattern: /(?<!\bthere )\b(?:is|are|was|were|be) no (?!longer\b|more than\b|later\b|sooner\b)/i,
    because: 'stilted: write "is not a"',
  },
  { pattern: /\bnobody\b/i, because: 'stilted: write "no client", "no one", or use the passive' },
  { pattern: /\bwhoever\b/i, because: 'stilted: name the person or the program' },
  { pattern: /\bstands\b/i, because: 'stilted: write "is", "means", "depends on"' },
]

/** Wording that a comment must not have, and why. */
const BANNED: Banned[] = [
  {
    pattern: /^(?:Of|That|What|Who|Whose|Whom|Which)\b/,
    because: 'a fragment with its subject left out: name the subject, or begin with a verb',
  },
  ...STILTED,
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

/** Sentences that people read. The document of the HTTP API is made of the descriptions. */
const spoken = files.filter(
  (file) =>
    file.startsWith('src/') && !/(?:\/description\.ts|\/reference\/openapi-text\.ts)$/.test(file),
)

/** The pages that people read. A log of runs and a decision are history, and stay as they were. */
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'src/README.md'].concat(
  readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md') && !file.endsWith('-log.md'))
    .map((file) => `docs/${file}`),
)

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

function faultsIn(file: string, comments: Comment[], banned = BANNED): string[] {
  return comments.flatMap(({ line, text }) =>
    banned
      .filter(({ pattern }) => pattern.test(text))
      .map(({ because }) => `${file}:${line} ${because}: ${text}`),
  )
}

/** The text of a page by paragraphs, each on one line: a phrase may be divided by a line break. */
function paragraphsIn(page: string): Comment[] {
  let line = 1
  return page.split('\n\n').map((text) => {
    const paragraph = { line, text: text.replaceAll(/\s+/g, ' ') }
    line += text.split('\n').length + 1
    return paragraph
  })
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

describe('the messages of the server and the command line are written in plain English', () => {
  it.each(spoken)('%s', (file) => {
    expect(faultsIn(file, sentencesIn(file, read(file)), STILTED)).toEqual([])
  })
})

describe('the documentation is written in plain English', () => {
  it.each(pages)('%s', (file) => {
    expect(faultsIn(file, paragraphsIn(read(file)), STILTED)).toEqual([])
  })
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

  it.each([
    ['a text', "const a = 1\nconst b = 'This is no client.'", 'a.ts:2'],
    ['a template', 'const a = `${b} is no client.`', 'a.ts:1'],
    ['the text of a page', 'const a = <p>\n  There is\n  nobody here.</p>', 'a.tsx:1'],
  ])('finds a planted sentence: %s', (_, source, fault) => {
    const file = fault.split(':')[0] ?? ''
    const faults = faultsIn(file, sentencesIn(file, source), STILTED)
    expect(faults.map((one) => one.split(' ')[0])).toEqual([fault])
  })

  it.each([
    ['a comment', "// It is no client.\nconst a = 'b c'"],
    ['a word by itself', "const nobody = 'nobody'"],
    ['a native sentence', 'const a = `There is no ${b}, and it is no longer there.`'],
  ])('is content with %s among the sentences', (_, source) => {
    expect(faultsIn('a.ts', sentencesIn('a.ts', source), STILTED)).toEqual([])
  })

  it('tells names from texts', () => {
    const names = namesIn('a.ts', "export const KV_SETTLES = { d1: 'kv' } // kvStore")
    expect([...names]).toEqual(['KV_SETTLES', 'd1'])
    expect([...names].every((name) => PLATFORM_IN_NAMES.test(name))).toBe(true)
    expect(PLATFORM_IN_NAMES.test('activeWorkers')).toBe(false)
  })
})
