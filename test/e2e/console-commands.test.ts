import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { actionsIn } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'

// The pages that ask before a change offer the command of the same change, for a script. The
// console does not import the command line, so here they are held together.

const GOLDEN = join(import.meta.dirname, '../golden/console')
const actions = actionsIn(commands)

const unescaped = (html: string) =>
  html.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<')

/** Every command on a golden page, from `npx portcullis` to the end of its line. */
const offered = new Set<string>(
  globSync('**/*.txt', { cwd: GOLDEN }).flatMap((file) =>
    [...readFileSync(join(GOLDEN, file), 'utf8').matchAll(/npx portcullis (.+)$/gm)].map(
      ([, text = '']): string => unescaped(text.trim()),
    ),
  ),
)

it('there are some for every noun', () => {
  expect(offered.size).toBeGreaterThan(40)
  for (const noun of ['clients', 'apis', 'roles', 'administrators', 'signing-keys', 'respond']) {
    expect([...offered].filter((text) => text.startsWith(noun)).length).toBeGreaterThan(0)
  }
})

it.each([...offered])('portcullis %s is one that the command line takes', (text) => {
  const [name, action] = actions.find(([known]) => `${text} `.startsWith(`${known} `)) ?? []
  if (!name || !action) throw new Error('there is no such command')
  const [options = ''] = text.slice(name.length).split(' -- ')
  const flags = options.replaceAll(/'[^']*'/g, '').match(/--[a-z-]+/g) ?? []
  expect(action.options.map(({ long }) => long)).toEqual(expect.arrayContaining(flags))
})
