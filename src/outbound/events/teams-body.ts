import type { EventMessage } from '../../domain/events-webhook.ts'
import { chatWords } from './chat-words.ts'

/**
 * The body of a Teams workflow: an Adaptive Card. The text runs of a RichTextBlock are not Markdown, so
 * that a name cannot be a link.
 */
export function teamsBody(message: EventMessage, { issuer }: { issuer: string | null }): object {
  const { title, lines, link } = chatWords(message, issuer)
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      run(title, { weight: 'Bolder', size: 'Medium' }),
      ...lines.map((line) => run(line, { isSubtle: true })),
    ],
    actions: link ? [{ type: 'Action.OpenUrl', title: 'Open in Portcullis', url: link }] : [],
  }
  const contentType = 'application/vnd.microsoft.card.adaptive'
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] }
}

function run(text: string, look: object) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...look }] }
}
