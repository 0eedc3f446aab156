import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Block, Fact, Link } from './blocks.ts'

type Html = ReturnType<typeof html>

// Styles are inline, because mail programs drop style sheets. The only colour is a grey readable on
// light and dark: the program knows which of them its reader likes.
const BODY = 'margin:0 auto;padding:16px;max-width:640px;font:16px/1.5 system-ui,sans-serif'
const CARD = 'margin:16px 0;padding:8px 16px;border:1px solid #808080;border-radius:8px'
const LABEL = 'padding:2px 16px 2px 0;text-align:left;vertical-align:top;font-weight:normal'
const VALUE = 'padding:2px 0;vertical-align:top;font-weight:bold;overflow-wrap:anywhere'
const FOOTER = 'margin:24px 0 0;padding:8px 0 0;border-top:1px solid #808080;font-size:14px'

/** The letter as HTML: no script, no picture, nothing fetched from anywhere. */
export function renderHtml(title: string, blocks: Block[]): string {
  // `html` returns a promise only if a part of it is one.
  const letter = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
</head>
<body style="${BODY}">
${blocks.map(renderBlock)}</body>
</html>
`
  return (letter as HtmlEscapedString).toString()
}

function renderBlock(block: Block): Html {
  switch (block.kind) {
    case 'heading':
      return html`<h1 style="margin:0;font-size:20px">${block.text}</h1>
`
    case 'paragraph':
      return html`<p>${block.text}</p>
`
    case 'facts':
      return renderFacts(block)
    case 'footer':
      return html`<p style="${FOOTER}">${block.text}</p>
`
  }
}

function renderFacts({ name, facts, link }: Extract<Block, { kind: 'facts' }>): Html {
  // <bdi>: a name written from right to left must not reorder the text around it.
  return html`<div style="${CARD}">
<h2 style="margin:8px 0;font-size:18px;overflow-wrap:anywhere"><bdi>${name}</bdi></h2>
<table style="border-spacing:0">
${facts.map(renderFact)}</table>
${link === null ? '' : renderLink(link)}</div>
`
}

function renderLink({ url, label }: Link): Html {
  return html`<p style="margin:8px 0"><a href="${url}">${label}</a></p>
`
}

function renderFact({ label, value }: Fact): Html {
  return html`<tr><th scope="row" style="${LABEL}">${label}</th><td style="${VALUE}">${value}</td></tr>
`
}
