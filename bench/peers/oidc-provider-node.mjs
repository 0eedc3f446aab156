// oidc-provider on Node: node oidc-provider-node.mjs <settings> [sqlite]
import Provider from 'oidc-provider'
import { clientOf, configuration, SCHEMA, sqlAdapter } from './oidc-provider.mjs'
import { openDatabase } from './sqlite.mjs'

const settings = JSON.parse(process.argv[2])
const provider =
  process.argv[3] === 'sqlite'
    ? new Provider(settings.issuer, { ...configuration(settings), adapter: sqliteAdapter() })
    : new Provider(settings.issuer, { ...configuration(settings), clients: [clientOf(settings)] })
const server = provider.listen(0, '127.0.0.1', () => {
  console.log(`READY http://127.0.0.1:${server.address().port}`)
})

function sqliteAdapter() {
  const database = openDatabase()
  database.exec(SCHEMA)
  const statements = new Map()
  const prepared = (sql) => {
    const known = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, known)
    return known
  }
  const Adapter = sqlAdapter({
    first: async (sql, values) => prepared(sql).get(...values),
    run: async (sql, values) => prepared(sql).run(...values),
  })
  new Adapter('Client').upsert(settings.id, clientOf(settings))
  return Adapter
}
