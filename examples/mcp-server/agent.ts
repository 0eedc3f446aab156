import {
  Client,
  ClientCredentialsProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'

const {
  PORTCULLIS = 'http://localhost:8787',
  MCP_SERVER = 'http://localhost:8788/mcp',
  AGENT_ID = '',
  AGENT_SECRET = '',
} = process.env

// The client finds the rest by itself: the scope and the server's metadata in a 401, the token
// endpoint in the metadata of the authorization server, which has to be the expected one.
const authProvider = new ClientCredentialsProvider({
  clientId: AGENT_ID,
  clientSecret: AGENT_SECRET,
  expectedIssuer: PORTCULLIS,
})

const agent = new Client({ name: 'notes-agent', version: '1.0.0' })
await agent.connect(new StreamableHTTPClientTransport(new URL(MCP_SERVER), { authProvider }))

const [text] = process.argv.slice(2)
if (text !== undefined) await agent.callTool({ name: 'add_note', arguments: { text } })
const { content } = await agent.callTool({ name: 'list_notes' })
for (const part of content) if (part.type === 'text') console.log(part.text)
await agent.close()
