import type { Block, Fact, Link } from './blocks.ts'

// Styles are inline, because mail programs drop style sheets. The only colour is a grey readable on
// light and dark: the program knows which of them its reader likes.
const BODY = 'margin:0 auto;padding:16px;max-width:640px;font:16px/1.5 system-ui,sans-serif'
const CARD = 'margin:16px 0;padding:8px 16px;border:1px solid #808080;border-radius:8px'
const LABEL = 'padding:2px 16px 2px 0;text-align:left;vertical-align:top;font-weight:normal'
const VALUE = 'padding:2px 0;vertical-align:top;font-weight:bold;overflow-wrap:anywhere'
const FOOTER = 'margin:24px 0 0;padding:8px 0 0;border-top:1px solid #808080;font-size:14px'

/** The letter as HTML: no script, no picture, nothing fetched from anywhere. */
export function renderHtml(title: string, blocks: Block[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
</head>
<body style="${BODY}">
${blocks.map(renderBlock).join('\n')}
</body>
</html>
`
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h1 style="margin:0;font-size:20px">${escape(block.text)}</h1>`
    case 'paragraph':
      return `<p>${escape(block.text)}</p>`
    case 'facts':
      return renderFacts(block)
    case 'footer':
      return `<p style="${FOOTER}">${escape(block.text)}</p>`
  }
}

function renderFacts({ name, facts, link }: Extract<Block, { kind: 'facts' }>): string {
  // <bdi>: a name written from right to left must not reorder the text around it.
  return `<div style="${CARD}">
<h2 style="margin:8px 0;font-size:18px;overflow-wrap:anywhere"><bdi>${escape(name)}</bdi></h2>
<table style="border-spacing:0">
${facts.map(renderFact).join('\n')}
</table>
${link === null ? '' : renderLink(link)}</div>`
}

function renderLink({ url, label }: Link): string {
  return `<p style="margin:8px 0"><a href="${escape(url)}">${escape(label)}</a></p>\n`
}

function renderFact({ label, value }: Fact): string {
  return `<tr><th scope="row" style="${LABEL}">${escape(label)}</th><td style="${VALUE}">${escape(value)}</td></tr>`
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '')
}
