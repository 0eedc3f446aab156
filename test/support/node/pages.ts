import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')

/** `line`: where it begins; `around`: what the page does not show and the compiler is told, in a comment. */
export type Block = { language: string; text: string; line: number; around: string }
export type Page = { name: string; blocks: Block[] }

/** The parts of a page that are written to be run. */
export function pageOf(name: string): Page {
  return { name, blocks: blocksIn(readFileSync(join(ROOT, name), 'utf8')) }
}

const BLOCK = /(?:^<!-- ts\n((?:(?!-->)[^])*)-->\n)?^( *)```(\w+)\n([^]*?)^ *```$/gm

export function blocksIn(page: string): Block[] {
  return [...page.matchAll(BLOCK)].map((match) => {
    const [whole, around = '', indent = '', language = '', body = ''] = match
    const before = page.slice(0, match.index + whole.indexOf('```'))
    // A block in a list is indented like the list.
    const text = body.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
    return { language, text, line: before.split('\n').length, around }
  })
}

export function allPages(): Page[] {
  return ['README.md', ...globSync('docs/*.md', { cwd: ROOT }).sort()].map(pageOf)
}

/** The blocks of a page in one language, as the one text that a reader gets by pasting them in turn. */
export function textOf({ blocks }: Page, language: string): string {
  return blocks
    .filter((block) => block.language === language)
    .map(({ text }) => text)
    .join('\n')
}

/** A command behind a `$`, and what the page says that it prints. */
export type Shown = { command: string; prints: string }

export function shownCommands(page: Page): Shown[] {
  return page.blocks
    .filter(({ language }) => language === 'console')
    .flatMap(({ text }) => text.split(/^\$ /m).slice(1))
    .map((shown) => {
      const lines = shown.trimEnd().split('\n')
      const end = lines.findIndex((line, at) => !goesOn(line, lines[at + 1]))
      return {
        command: lines.slice(0, end + 1).join('\n'),
        prints: lines.slice(end + 1).join('\n'),
      }
    })
}

/** A command continues after a backslash, and on a line that is indented further or ends a loop. */
function goesOn(line: string, next: string | undefined): boolean {
  return line.endsWith('\\') || (next !== undefined && /^( {2,}|done\b)/.test(next))
}
