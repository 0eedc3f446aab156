import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXAMPLES } from '../../src/cli/examples.ts'
import { allPages } from '../support/node/pages.ts'

// A file that a page tells its reader to write keys into is one that git leaves out, both in the folder to deploy
// from and in a clone: those are where the commands are run.

const ROOT = join(import.meta.dirname, '../..')
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-git-'))
  cpSync(join(ROOT, 'examples/deploy'), folder, { recursive: true })
  execFileSync('git', ['init', '-q'], { cwd: folder })
})

afterAll(() => rmSync(folder, { recursive: true }))

const WRITES = [
  /secrets (?:make|rotate)\b.* --file[ =](\S+)/g,
  /wrangler secret bulk (\S+)/g,
  /openssl genpkey\b.* -out (\S+)/g,
  /openssl req\b.* -keyout (\S+)/g,
  // Backups: with the keys of the server they are the server.
  /wrangler d1 export\b.* --output[ =](\S+)/g,
  /backup arrange\b.* --file[ =](\S+)/g,
]

const shown = allPages().flatMap(({ name, blocks }) =>
  blocks.map(({ text }) => ({ where: name, text: text.replaceAll(/ *\\\n */g, ' ') })),
)
const examples = Object.values(EXAMPLES).map((lines) => ({
  where: 'the help of the command line',
  text: lines.join('\n'),
}))
const files = [...shown, ...examples].flatMap(({ where, text }) =>
  WRITES.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, file = '']) => `${file}, of ${where}`),
  ),
)

const isIgnored = (cwd: string, file: string) =>
  spawnSync('git', ['check-ignore', '-q', '--no-index', file], { cwd }).status === 0

describe('git leaves out', () => {
  it.each([...new Set(files)])('%s', (named) => {
    const [file = ''] = named.split(', of ')
    expect([isIgnored(folder, file), isIgnored(ROOT, file)]).toEqual([true, true])
  })

  it('what the first steps, the rotation and a backup write, and not the rest of the folder', () => {
    const where = files.map((named) => named.split(', of ')[1])
    const pages = ['README.md', 'docs/deploy.md', 'docs/configuration.md', 'docs/operations.md']
    expect(where).toEqual(expect.arrayContaining(pages))
    expect(isIgnored(folder, 'wrangler.toml')).toBe(false)
  })
})
