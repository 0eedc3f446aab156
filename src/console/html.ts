/** HTML as it is sent: whatever came into it as text has been escaped. */
export type Html = { readonly html: string }

/** The content between two tags. Text is escaped; false and missing values are left out. */
export type Child = Html | string | number | boolean | null | undefined | Child[]

type Props = Record<string, unknown>
type Component = (props: never) => Child

// Recognized by identity, not by shape: nothing from a request or a row is ever HTML here.
const done = new WeakSet<object>()

/** Elements that have no end tag (HTML §13.1.2). */
const VOID = new Set(['br', 'hr', 'img', 'input', 'link', 'meta'])

/** Elements whose parser drops a line break right after the start tag (HTML §13.2.6.4.7). */
const DROPS_LINE_BREAK = new Set(['pre', 'textarea'])

const REFERENCES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** JSX is compiled to this: it makes an element, or calls a component with its props. */
export function h(tag: string | Component, props: Props | null, ...children: Child[]): Html {
  if (typeof tag === 'function') return asHtml(textOf(tag(withChildren(props, children) as never)))
  const attributes = Object.entries(props ?? {}).map(toAttribute)
  const start = `<${tag}${attributes.join('')}`
  return asHtml(VOID.has(tag) ? `${start}/>` : `${start}>${contentOf(tag, children)}</${tag}>`)
}

/** Adds a line break for the parser to drop, if the text begins with one that must stay. */
function contentOf(tag: string, children: Child[]): string {
  const text = textOf(children)
  return DROPS_LINE_BREAK.has(tag) && /^[\r\n]/.test(text) ? `\n${text}` : text
}

export function Fragment({ children }: { children?: Child }): Child {
  return children
}

function withChildren(props: Props | null, children: Child[]): Props {
  return children.length === 0 ? { ...props } : { ...props, children }
}

function toAttribute([name, value]: [string, unknown]): string {
  if (value === null || value === undefined || value === false) return ''
  return ` ${name}="${value === true ? '' : escaped(value)}"`
}

function textOf(child: Child): string {
  if (Array.isArray(child)) return child.map(textOf).join('')
  if (child === null || child === undefined || typeof child === 'boolean') return ''
  return isHtml(child) ? child.html : escaped(child)
}

function isHtml(child: Child): child is Html {
  return typeof child === 'object' && child !== null && done.has(child)
}

function escaped(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError('no text')
  return String(value).replaceAll(/[&<>"']/g, (character) => REFERENCES[character] ?? '')
}

function asHtml(html: string): Html {
  const made = { html }
  done.add(made)
  return made
}

// Where TypeScript looks for the types of JSX whose factory is `h`.
export declare namespace h {
  namespace JSX {
    type Element = Html
    type ElementType = string | Component
    interface ElementChildrenAttribute {
      children: unknown
    }
    interface IntrinsicElements {
      [tag: string]: { [attribute: string]: Child }
    }
  }
}
