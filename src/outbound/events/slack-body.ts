import type { EventMessage } from '../../domain/events-webhook.ts'
import { chatWords } from './chat-words.ts'

/**
 * The body of a Slack incoming webhook. Plain text elements show names as they are: in them nothing is
 * markup, a link or a mention.
 */
export function slackBody(message: EventMessage, { issuer }: { issuer: string | null }): object {
  const { title, lines, link } = chatWords(message, issuer)
  const opening = link ? [{ type: 'mrkdwn', text: `<${link}|Open in Portcullis>` }] : []
  return {
    text: escaped(title),
    blocks: [
      { type: 'section', text: plain(title) },
      { type: 'context', elements: [...lines.map(plain), ...opening] },
    ],
  }
}

/** The text of the notification is markup: these three characters begin what is not plain. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function plain(text: string) {
  return { type: 'plain_text', text, emoji: false }
}
