import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

// A link of a page leads to a file that there is, and to a heading that there is in it.

const ROOT = join(import.meta.dirname, '../..')
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
const pages = listed.split('\n').filter((file) => file !== '' && existsSync(join(ROOT, file)))
const texts = new Map(
  pages.map((page) => [page, withoutCode(readFileSync(join(ROOT, page), 'utf8'))]),
)

function withoutCode(text: string): string {
  return text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '')
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...(texts.get(page) ?? '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function deadLinksOf(page: string): string[] {
  const links = [...(texts.get(page) ?? '').matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
  return links.flatMap(([, link = '']) => {
    const [file = '', anchor] = link.split('#')
    const to = file === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), file))
    if (!existsSync(join(ROOT, to))) return [link]
    return anchor === undefined || anchorsOf(to).includes(anchor) ? [] : [link]
  })
}

it.each(pages)('every link leads somewhere: %s', (page) => {
  expect(deadLinksOf(page)).toEqual([])
})
