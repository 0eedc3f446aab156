import type { Block } from './blocks.ts'

/** The letter for readers of plain text. */
export function renderText(blocks: Block[]): string {
  return `${blocks.map(renderBlock).join('\n\n')}\n`
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return block.text
    case 'facts': {
      const facts = block.facts.map(({ label, value }) => `  ${label}: ${value}`)
      const link = block.link ? [`  ${block.link.label}: ${block.link.url}`] : []
      return [block.name, ...facts, ...link].join('\n')
    }
    case 'footer':
      // RFC 3676 §4.3: mail programs know this as the end of a letter.
      return `-- \n${block.text}`
  }
}
