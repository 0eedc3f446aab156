// better-auth on Node with SQLite: node better-auth-node.mjs <settings>
import { createServer } from 'node:http'
import { toNodeHandler } from 'better-auth/node'
import { furnished, made } from './better-auth.mjs'
import { openDatabase } from './sqlite.mjs'

const settings = JSON.parse(process.argv[2])
const database = openDatabase()
const client = await furnished(settings, database)
const answer = toNodeHandler(made(settings, database))
const server = createServer((request, response) => {
  if (request.url !== '/register') return answer(request, response)
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(client))
})
server.listen(0, '127.0.0.1', () => {
  console.log(`READY http://127.0.0.1:${server.address().port}`)
})
