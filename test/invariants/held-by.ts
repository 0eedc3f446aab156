import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { titlesIn } from '../support/node/titles.ts'

const ROOT = join(import.meta.dirname, '../..')

export type Promised = { number: number; sentence: string }
export type Held = { file: string; title: string }

/** The promises by their numbers, as `docs/proof.md` lists them. */
export function promises(): Promised[] {
  const page = readFileSync(join(ROOT, 'docs/proof.md'), 'utf8')
  return [...page.matchAll(/^\| INV-(\d+) \| (.+) \|$/gm)].map(([, number, sentence = '']) => ({
    number: Number(number),
    sentence,
  }))
}

/** Every test, and every group of tests, whose title names a promise. */
export function titlesOfPromises(): Held[] {
  return globSync('test/**/*.test.{ts,tsx}', { cwd: ROOT })
    .sort()
    .flatMap((file) => {
      const source = readFileSync(join(ROOT, file), 'utf8')
      if (!source.includes('INV-')) return []
      return titlesIn(file, source).map((title) => ({ file, title }))
    })
    .filter(({ title }) => numbersIn(title).length > 0)
}

/** `INV-8, INV-11: ...` names two, `INV-1 to INV-3 ...` three. */
export function numbersIn(title: string): number[] {
  const [names = ''] = /^INV-\d+(?:(?:, | to )INV-\d+)*/.exec(title) ?? []
  return names.split(', ').flatMap((part) => {
    const [from, to = from] = [...part.matchAll(/\d+/g)].map(([digits]) => Number(digits))
    if (from === undefined || to === undefined) return []
    return Array.from({ length: to - from + 1 }, (_, at) => from + at)
  })
}

/** The page: each promise, and what holds it. */
export function pageOf(all: Promised[], held: Held[]): string {
  const sections = all.map(({ number, sentence }) => {
    const rows = held
      .filter(({ title }) => numbersIn(title).includes(number))
      .map(({ file, title }) => `- \`${file}\`: ${title}`)
    return [`## INV-${number}`, sentence, rows.join('\n')].join('\n\n')
  })
  return `${[HEAD, ...sections].join('\n\n')}\n`
}

const HEAD = `# The promises, and the tests that hold them

Made by \`test/invariants.test.ts\` from the titles of the tests; after a change of one,
\`npm test -- test/invariants.test.ts -u\` writes it anew. [docs/proof.md](../../docs/proof.md) says how each is tried.
In a title, \`%s\` and \`$name\` stand for one of several cases.`
