import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

// The folder to deploy from has everything beneath an environment: a command of wrangler that names none reaches
// another Worker there, or none, and no database.

const ROOT = join(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')

// A host has a configuration of its own: docs/plugin.md, and the examples.
const PAGES = ['README.md', 'deploy', 'operations', 'runbooks', 'troubleshooting', 'configuration']
  .concat('command-line', 'gates', 'monitoring', 'verifiable-audit', 'certificates', 'security')
  .map((name) => (name.endsWith('.md') ? name : `docs/${name}.md`))

/** The account's own commands, which no configuration decides. */
const OF_ACCOUNT = /^npx wrangler (?:login|whoami|d1 create|d1 list)\b/

const commands = PAGES.flatMap((page) =>
  [...read(page).matchAll(/npx wrangler [^`|;\n#]*/g)].map(([text]) => ({ page, text })),
).filter(({ text }) => !OF_ACCOUNT.test(text))

describe('a command of wrangler', () => {
  it.each(commands)('names an environment: $page: $text', ({ text }) => {
    expect(text).toMatch(/ --env (?:staging|production)\b/)
  })

  it.each(['operations', 'runbooks', 'troubleshooting', 'configuration'])(
    'is without one where there are none, which the page says: docs/%s.md',
    (name) => {
      const text = read(`docs/${name}.md`).replaceAll(/\s+/g, ' ')
      expect(commands.map(({ page }) => page)).toContain(`docs/${name}.md`)
      expect(text).toMatch(/leave out `--env` if `wrangler\.toml` has no environments/i)
    },
  )
})

it('the steps of docs/deploy.md are those of staging, addresses and commands', () => {
  const [, steps = ''] = /\n## 2\. ([^]*?)\n## 9\. /.exec(read('docs/deploy.md')) ?? []
  const named = [...steps.matchAll(/(?:--env |auth\.)(\w+)/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(8)
  expect(new Set(named)).toEqual(new Set(['staging']))
})
