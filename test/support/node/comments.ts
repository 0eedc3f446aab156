import { parseSync } from 'vite'

/** One comment or text without its markers, on one line; `line` is where it begins. */
export type Comment = { line: number; text: string }

type Raw = { type: 'Line' | 'Block'; value: string; start: number; end: number }

/** The comments of a file, as a parser finds them: never a text in quotes, a template or a page. */
export function commentsIn(file: string, source: string): Comment[] {
  return joined(parsed(file, source).comments, source).map(({ value, start }) => ({
    line: lineAt(source, start),
    text: inOneLine(value.replaceAll(/^\s*\*+/gm, ' ')),
  }))
}

type Text = { type: 'Literal' | 'JSXText'; value: string; start: number }
type Template = { type: 'TemplateLiteral'; quasis: { value: { raw: string } }[]; start: number }

/** The sentences of a file: its strings, templates and the text of its pages, where they have a space. */
export function sentencesIn(file: string, source: string): Comment[] {
  const sentences: Comment[] = []
  walk(parsed(file, source).program, (node) => {
    const value = isText(node) ? node.value : isTemplate(node) ? wordsOf(node) : ''
    const text = inOneLine(value)
    if (text.includes(' ')) sentences.push({ line: lineAt(source, Number(node.start)), text })
  })
  return sentences
}

type Node = { type?: unknown; start?: unknown; value?: unknown; quasis?: unknown }

function isText(node: Node): node is Text {
  return (node.type === 'Literal' || node.type === 'JSXText') && typeof node.value === 'string'
}

function isTemplate(node: Node): node is Template {
  return node.type === 'TemplateLiteral'
}

/** The words of a template, with an ellipsis for each expression. */
function wordsOf({ quasis }: Template): string {
  return quasis.map(({ value }) => value.raw).join('…')
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function lineAt(source: string, start: number): number {
  return source.slice(0, start).split('\n').length
}

function parsed(file: string, source: string) {
  const result = parseSync(file, source)
  const [error] = result.errors
  if (error) throw new Error(`${file}: ${error.message}`)
  return result
}

function walk(program: unknown, visit: (node: Node) => void) {
  JSON.stringify(program, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null) visit(value)
    return typeof value === 'bigint' ? null : value
  })
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
  walk(parsed(file, source).program, (node) => {
    if (isName(node)) names.add(node.name)
  })
  return names
}

function isName(value: unknown): value is { name: string } {
  if (typeof value !== 'object' || value === null) return false
  const { type, name } = value as { type?: unknown; name?: unknown }
  return NAMES.has(String(type)) && typeof name === 'string'
}
