import { parseSync, Visitor } from 'vite'

const DEFINES = /^(it|test|describe)\b/

/** The titles of a file's tests and groups of tests, as they are written: the placeholders too. */
export function titlesIn(file: string, source: string): string[] {
  const titles: string[] = []
  new Visitor({
    CallExpression({ callee, arguments: [title] }) {
      if (!title || !DEFINES.test(source.slice(callee.start, callee.end))) return
      if (title.type !== 'Literal' && title.type !== 'TemplateLiteral') return
      titles.push(source.slice(title.start + 1, title.end - 1))
    },
  }).visit(parseSync(file, source).program)
  return titles
}
