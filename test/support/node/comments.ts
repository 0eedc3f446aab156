import { parseSync } from 'vite'

/** One comment without its markers, on one line; `line` is where it begins. */
export type Comment = { line: number; text: string }

type Raw = { type: 'Line' | 'Block'; value: string; start: number; end: number }

/** The comments of a file, as a parser finds them: never a text in quotes, a template or a page. */
export function commentsIn(file: string, source: string): Comment[] {
  const { comments, errors } = parseSync(file, source)
  const [error] = errors
  if (error) throw new Error(`${file}: ${error.message}`)
  return joined(comments, source).map(({ value, start }) => ({
    line: source.slice(0, start).split('\n').length,
    text: value
      .replaceAll(/^\s*\*+/gm, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  }))
}

/** Lines of `//` without code between them are one comment: a line may continue a sentence. */
function joined(comments: Raw[], source: string): Raw[] {
  const whole: Raw[] = []
  for (const comment of comments) {
    const last = whole.at(-1)
    const isNext = last && /^\n?[ \t]*$/.test(source.slice(last.end, comment.start))
    if (isNext && last.type === 'Line' && comment.type === 'Line') {
      last.value += `\n${comment.value}`
      last.end = comment.end
    } else whole.push({ ...comment })
  }
  return whole
}

const NAMES = new Set(['Identifier', 'PrivateIdentifier', 'JSXIdentifier'])

/** The names of a file: its variables, members and types, without texts and comments. */
export function namesIn(file: string, source: string): Set<string> {
  const names = new Set<string>()
  JSON.stringify(parseSync(file, source).program, (_, value: unknown) => {
    if (isName(value)) names.add(value.name)
    return typeof value === 'bigint' ? null : value
  })
  return names
}

function isName(value: unknown): value is { name: string } {
  if (typeof value !== 'object' || value === null) return false
  const { type, name } = value as { type?: unknown; name?: unknown }
  return NAMES.has(String(type)) && typeof name === 'string'
}
