import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['src', 'test', 'openapi', 'bench', 'scripts', 'examples']
const EXPORTED = /^export (?:async )?(?:const|function\*?|class) (\w+)/gm

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:[mc]?[jt]s|tsx)$/.test(file) && !/node_modules|\.d\.ts$/.test(file))
    .map((file) => `${folder}/${file}`),
)
const texts = files.map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))

/** In how many files each word is. */
const places = new Map<string, number>()
for (const { text } of texts) {
  for (const word of new Set(text.match(/\w+/g))) places.set(word, (places.get(word) ?? 0) + 1)
}

it('a value that a file exports is named in another', () => {
  const unused = texts
    // The tables are exported to drizzle, which reads the whole folder.
    .filter(({ file }) => file.startsWith('src/') && !file.startsWith('src/storage/schema/'))
    .flatMap(({ file, text }) =>
      [...text.matchAll(EXPORTED)].map(([, name = '']) => ({ file, name })),
    )
    .filter(({ name }) => places.get(name) === 1)
  expect(unused).toEqual([])
})
