import { parseSync, Visitor } from 'vite'

/** A test of a file, by its name, and how many lines its function has. */
export type TestLength = { name: string; lines: number }

const DEFINES_A_TEST = /^(it|test)\b/

/** The tests that a file defines by `it` or `test`, plain, `each` or otherwise; `describe` defines none. */
export function testLengths(file: string, source: string): TestLength[] {
  const { program, errors } = parseSync(file, source)
  const [error] = errors
  if (error) throw new Error(`${file}: ${error.message}`)
  const found: TestLength[] = []
  const linesOf = ({ start, end }: { start: number; end: number }) =>
    source.slice(start, end).split('\n').length
  new Visitor({
    CallExpression({ callee, arguments: [title, ...rest] }) {
      if (!title || !DEFINES_A_TEST.test(source.slice(callee.start, callee.end))) return
      for (const one of rest) {
        if (one.type !== 'ArrowFunctionExpression' && one.type !== 'FunctionExpression') continue
        found.push({ name: source.slice(title.start, title.end), lines: linesOf(one) })
      }
    },
  }).visit(program)
  return found
}
