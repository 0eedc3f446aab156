// oidc-provider in workerd, by httpServerHandler: the bindings SETTINGS and, for D1, DB.
import { createServer } from 'node:http'
import { httpServerHandler } from 'cloudflare:node'
import { env } from 'cloudflare:workers'
import Provider from 'oidc-provider'
import { clientOf, configuration, sqlAdapter } from './oidc-provider.mjs'

const settings = JSON.parse(env.SETTINGS)
let answer

function started() {
  const options = env.DB ? { adapter: d1Adapter(env.DB) } : { clients: [clientOf(settings)] }
  return new Provider(settings.issuer, { ...configuration(settings), ...options }).callback()
}

function d1Adapter(database) {
  const bound = (sql, values) => database.prepare(sql).bind(...values)
  return sqlAdapter({
    first: (sql, values) => bound(sql, values).first(),
    run: (sql, values) => bound(sql, values).run(),
  })
}

// Made with the first request: what is random is refused before it.
const server = createServer((request, response) => {
  answer ??= started()
  return answer(request, response)
})
server.listen(8080)

export default httpServerHandler({ port: 8080 })
