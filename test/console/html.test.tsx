import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import type { HtmlEscapedString } from 'hono/utils/html'
import { expect, it } from 'vitest'
import { TextArea } from '../../src/console/kit/textarea.tsx'

const HOSTILE = `</p><script>alert("1" + '2')</script>&amp;`
const ESCAPED = '&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot; + &#39;2&#39;)&lt;/script&gt;&amp;amp;'

/** The HTML of an element, which contains no promise. */
const htmlOf = (node: JSX.Element) => (node as HtmlEscapedString).toString()

it('escapes text and attributes, wherever they stand', () => {
  const Echo = ({ text, children }: { text: string; children?: Child }) => (
    <>
      <b title={text}>{text}</b>
      {[text, [text]]}
      {children}
    </>
  )
  const html = htmlOf(<Echo text={HOSTILE}>{HOSTILE}</Echo>)
  expect(html).toBe(`<b title="${ESCAPED}">${ESCAPED}</b>${ESCAPED}${ESCAPED}${ESCAPED}`)
})

it.each(['{"html": "<script>1</script>"}', '{"tag": "script", "props": {}, "children": ["1"]}'])(
  'takes nothing for HTML that only looks like it, such as %s',
  (json) => {
    const forged = JSON.parse(json) as string
    expect(htmlOf(<p>{forged}</p>)).not.toContain('<script')
  },
)

it('escapes what a component answers as text', () => {
  const Text = () => HOSTILE
  expect(htmlOf(<Text />)).toBe(ESCAPED)
})

it('escapes nothing twice', () => {
  const inner = <i>{'<'}</i>
  expect(htmlOf(<p>{inner}</p>)).toBe('<p><i>&lt;</i></p>')
})

it('leaves out what is false or missing, and says what is true by the name alone', () => {
  const isWrong: boolean = false
  const html = htmlOf(
    <p hidden title={undefined}>
      {isWrong && 'wrong'}
      {null}
      {undefined}
      {0}
      <input checked={isWrong} required={!isWrong} tabindex={0} />
    </p>,
  )
  expect(html).toBe('<p hidden="">0<input required="" tabindex="0"/></p>')
})

it('hands a component its children, also those that were handed on to it', () => {
  const Inner = ({ children }: { children?: Child }) => <i>{children}</i>
  const Outer = (props: { children?: Child }) => <Inner {...props} />
  expect(htmlOf(<Outer>text</Outer>)).toBe('<i>text</i>')
})

/** The value in a browser, which drops one line break after the start tag (HTML §13.2.6.4.7). */
function parsedText(html: string): string {
  const text = /^<\w+[^>]*>([^]*)<\/\w+>$/.exec(html)?.[1] ?? ''
  return text.replaceAll(/\r\n?/g, '\n').replace(/^\n/, '')
}

it.each(['', 'a', '\na', '\n\na\n', '\n', '\r\na', '\ra', ' \na'])(
  'keeps the line breaks that %j begins with, where a parser drops one',
  (text) => {
    const expected = text.replaceAll(/\r\n?/g, '\n')
    expect(parsedText(htmlOf(<TextArea rows={2} value={text} />))).toBe(expected)
  },
)
