// As much of workerd's HTMLRewriter as the tests use: the elements of a whole document, and the text in its body.

type Found = { tagName: string; attributes: Iterable<[string, string]> }
type Handlers = { element?(element: Found): void; text?(chunk: { text: string }): void }

const PIECE = /<!--[^]*?-->|<(\/?)([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>|<![^>]*>|[^<]+|</gi
const ATTRIBUTE = /([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+)))?/g

class HtmlRewriter {
  #handlers: { isForAll: boolean; handlers: Handlers }[] = []

  on(selector: '*' | 'body *', handlers: Handlers): this {
    this.#handlers.push({ isForAll: selector === '*', handlers })
    return this
  }

  transform(response: Response): { text(): Promise<string> } {
    return {
      text: async () => {
        const html = await response.text()
        this.#read(html)
        return html
      },
    }
  }

  #read(html: string): void {
    let isInBody = false
    for (const [whole, close, name, attributes = ''] of html.matchAll(PIECE)) {
      const tagName = name?.toLowerCase()
      if (tagName === undefined) this.#tellText(whole, isInBody)
      else if (close === '') this.#tellElement(tagName, attributes, isInBody)
      if (tagName === 'body') isInBody = close === ''
    }
  }

  #tellText(text: string, isInBody: boolean): void {
    if (text.startsWith('<!')) return
    for (const { isForAll, handlers } of this.#handlers)
      if (isForAll || isInBody) handlers.text?.({ text })
  }

  #tellElement(tagName: string, text: string, isInBody: boolean): void {
    const attributes = [...text.matchAll(ATTRIBUTE)].map(
      ([, name = '', ...values]): [string, string] => [name, values.find(Boolean) ?? ''],
    )
    for (const { isForAll, handlers } of this.#handlers)
      if (isForAll || isInBody) handlers.element?.({ tagName, attributes })
  }
}

Object.assign(globalThis, { HTMLRewriter: HtmlRewriter })
