import { expect, it } from 'vitest'
import { type Child, Fragment, h, type Html } from '../../src/console/html.ts'

const HOSTILE = `</p><script>alert("1" + '2')</script>&amp;`
const ESCAPED = '&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot; + &#39;2&#39;)&lt;/script&gt;&amp;amp;'

it('escapes text and attributes, wherever they stand', () => {
  const Echo = ({ text, children }: { text: string; children?: Child }) => (
    <>
      <b title={text}>{text}</b>
      {[text, [text]]}
      {children}
    </>
  )
  const { html } = <Echo text={HOSTILE}>{HOSTILE}</Echo>
  expect(html).toBe(`<b title="${ESCAPED}">${ESCAPED}</b>${ESCAPED}${ESCAPED}${ESCAPED}`)
})

it('refuses what only looks like HTML that is done', () => {
  const forged = JSON.parse(`{"html": "<script>1</script>"}`) as Html
  expect(() => <p>{forged}</p>).toThrow(TypeError)
})

it('escapes what a component answers as text', () => {
  const Text = () => HOSTILE
  expect((<Text />).html).toBe(ESCAPED)
})

it('escapes nothing twice', () => {
  const inner = <i>{'<'}</i>
  expect((<p>{inner}</p>).html).toBe('<p><i>&lt;</i></p>')
})

it('leaves out what is false or missing, and says what is true by the name alone', () => {
  const isWrong: boolean = false
  const { html } = (
    <p hidden title={undefined} lang={null}>
      {isWrong && 'wrong'}
      {null}
      {undefined}
      {0}
      <input checked={isWrong} required={!isWrong} tabindex={0} />
    </p>
  )
  expect(html).toBe('<p hidden="">0<input required="" tabindex="0"/></p>')
})

it('hands a component its children, also those that were handed on to it', () => {
  const Inner = ({ children }: { children?: Child }) => <i>{children}</i>
  const Outer = (props: { children?: Child }) => <Inner {...props} />
  expect((<Outer>text</Outer>).html).toBe('<i>text</i>')
})

/** What a browser has of it: one line break after the start tag is dropped (HTML §13.2.6.4.7). */
function parsedText({ html }: Html): string {
  const text = /^<\w+[^>]*>([^]*)<\/\w+>$/.exec(html)?.[1] ?? ''
  return text.replaceAll(/\r\n?/g, '\n').replace(/^\n/, '')
}

it.each(['', 'a', '\na', '\n\na\n', '\n', '\r\na', '\ra', ' \na'])(
  'keeps the line breaks that %j begins with, where a parser drops one',
  (text) => {
    const expected = text.replaceAll(/\r\n?/g, '\n')
    expect(parsedText(<textarea rows={2}>{text}</textarea>)).toBe(expected)
    expect(parsedText(<pre>{[null, text]}</pre>)).toBe(expected)
    expect((<p>{text}</p>).html).toBe(`<p>${text}</p>`)
  },
)
