/** HTML as it is sent: whatever came into it as text has been escaped. */
export type Html = { readonly html: string }

/** What may stand between two tags. Text is escaped; what is false or missing is left out. */
export type Child = Html | string | number | boolean | null | undefined | Child[]

type Props = Record<string, unknown>
type Component = (props: never) => Child

// Known by identity and not by its looks: nothing that a request or a row brought is ever HTML here.
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

/** What JSX is compiled to: an element, or what a component makes of its props. */
export function h(tag: string | Component, props: Props | null, ...children: Child[]): Html {
  if (typeof tag === 'function') return asHtml(textOf(tag(withChildren(props, children) as never)))
  const attributes = Object.entries(props ?? {}).map(toAttribute)
  const start = `<${tag}${attributes.join('')}`
  return asHtml(VOID.has(tag) ? `${start}/>` : `${start}>${contentOf(tag, children)}</${tag}>`)
}

/** With another line break to be dropped, where it begins with one that is meant. */
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
