import { fromJsonSchema, McpServer, requireScopes } from '@modelcontextprotocol/server'

const NOTE = fromJsonSchema<{ text: string }>({
  type: 'object',
  properties: { text: { type: 'string', minLength: 1, maxLength: 500 } },
  required: ['text'],
})

/** Two tools: every token that gets this far may read, but only some may write. */
export function notesServer(notes: KVNamespace): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })

  server.registerTool(
    'list_notes',
    { description: 'Lists all notes.', annotations: { readOnlyHint: true } },
    async () => {
      const { keys } = await notes.list<{ text: string; by: string }>()
      const lines = keys.map(({ metadata }) => `${metadata?.text} (${metadata?.by})`)
      return says(lines.join('\n') || 'There are no notes.')
    },
  )

  server.registerTool(
    'add_note',
    {
      description: 'Adds a note.',
      inputSchema: NOTE,
      // 403 with this scope, which the SDK's client then asks for. A challenge names everything that
      // the call needs, so `notes:read` is in it, too.
      scopeChallenge: requireScopes('notes:read', 'notes:write'),
    },
    async ({ text }, { http }) => {
      // Ids sort by time; the client is who the guard says it is, whatever the agent claims.
      const id = `${new Date().toISOString()} ${crypto.randomUUID()}`
      await notes.put(id, '', { metadata: { text, by: http?.authInfo?.clientId } })
      return says('Added.')
    },
  )

  return server
}

const says = (text: string) => ({ content: [{ type: 'text' as const, text }] })
