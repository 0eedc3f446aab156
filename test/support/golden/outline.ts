/** An element, or a text where `name` is empty. */
type Node = { name: string; attributes: string; text: string; children: Node[] }

const VOID = new Set(['meta', 'link', 'input', 'img', 'br', 'hr', 'col'])
const TOKEN = /<!doctype[^>]*>|<!--[^]*?-->|<(\/?)([\w-]+)((?:[^>"]|"[^"]*")*?)(\/?)>|[^<]+/gi
const WIDTH = 140

/**
 * A page as people can read and compare it: one element a line, and what is in it further to the right. Of an end tag
 * the indentation says enough. A space at the edge of a text is shown as `␣`, a line of a longer text after `|`.
 */
export function outlineOf(html: string): string {
  return `${linesOf(parsed(html).children).join('\n')}\n`
}

/**
 * The same without the frame, which is the same around every page: the title, the entry of the navigation, and the
 * main part.
 */
export function mainOutlineOf(html: string): string {
  const root = parsed(html)
  const current = find(root, ({ attributes }) => attributes.includes('aria-current="page"'))
  const parts = [
    find(root, ({ name }) => name === 'title'),
    find(root, ({ attributes }) => / class="(?:frame|bare)"/.test(attributes)),
    find(root, ({ name }) => name === 'main'),
  ].filter((node) => node !== undefined)
  const heads = parts.map((node) =>
    / class="(?:frame|bare)"/.test(node.attributes)
      ? { ...node, children: current ? [current] : [] }
      : node,
  )
  return `${linesOf(heads).join('\n')}\n`
}

/** The message on a page that a form leads to; the page itself has its own outline elsewhere. */
export function bannerOutlineOf(html: string): string {
  const root = parsed(html)
  const title = find(root, ({ name }) => name === 'title')
  const banner = find(root, ({ attributes }) => attributes.includes('class="banner"'))
  return `${linesOf([title, banner].filter((node) => node !== undefined)).join('\n')}\n`
}

function parsed(html: string): Node {
  const root: Node = { name: 'root', attributes: '', text: '', children: [] }
  const open = [root]
  for (const [token, end, name, attributes = '', isEmpty] of html.matchAll(TOKEN)) {
    const parent = open.at(-1) ?? root
    if (end === '/') {
      if (parent.name !== name) throw new Error(`</${name}> ends a ${parent.name}`)
      open.pop()
    } else if (name === undefined) {
      parent.children.push({ name: '', attributes: '', text: token, children: [] })
    } else {
      const node = { name, attributes: attributes.trimEnd(), text: '', children: [] }
      parent.children.push(node)
      if (isEmpty !== '/' && !VOID.has(name)) open.push(node)
    }
  }
  if (open.length > 1) throw new Error(`The page ends inside a ${open.at(-1)?.name}`)
  return root
}

function find(node: Node, isWanted: (node: Node) => boolean): Node | undefined {
  if (isWanted(node)) return node
  for (const child of node.children) {
    const found = find(child, isWanted)
    if (found) return found
  }
  return undefined
}

function linesOf(nodes: Node[]): string[] {
  return nodes.flatMap((node) => (node.name === '' ? textLines(node.text) : elementLines(node)))
}

function elementLines({ name, attributes, children }: Node): string[] {
  const tag = `<${name}${attributes}>`
  const within = linesOf(children)
  const [only = ''] = within
  const isShort = within.length === 1 && children[0]?.name === '' && !only.startsWith('|')
  if (within.length === 0) return [tag]
  if (isShort && tag.length + only.length < WIDTH) return [`${tag} ${only}`]
  return [tag, ...within.map((line) => `  ${line}`)]
}

function textLines(text: string): string[] {
  const shown = text.replace(/^ | $/g, '␣')
  return shown.includes('\n') ? shown.split('\n').map((line) => `| ${line}`.trimEnd()) : [shown]
}
