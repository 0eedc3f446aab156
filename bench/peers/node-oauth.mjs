// @node-oauth/oauth2-server on Node, with Express and in memory: node node-oauth.mjs <settings>
// Its tokens are random text unless the model makes them; here the model signs them.
import { randomUUID } from 'node:crypto'
import OAuth2Server from '@node-oauth/oauth2-server'
import express from 'express'
import { importJWK, SignJWT } from 'jose'

const { Request, Response } = OAuth2Server
const settings = JSON.parse(process.argv[2])
const key = await importJWK(settings.jwk, 'ES256')
const LIFETIME = 43_200
const SCOPES = ['invoices:read']

const clients = new Map([
  [
    settings.id,
    { id: settings.id, secret: settings.secret, grants: ['client_credentials'], scopes: SCOPES },
  ],
])
const tokens = new Map()

const model = {
  async getClient(id, secret) {
    const client = clients.get(id)
    return client && client.secret === secret ? client : null
  },
  getUserFromClient: async (client) => ({ id: client.id }),
  validateScope: async (_user, client, scope) =>
    (scope ?? client.scopes).every((value) => client.scopes.includes(value)) && client.scopes,
  generateAccessToken: (client, _user, scope) =>
    new SignJWT({ client_id: client.id, scope: scope.join(' ') })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: settings.jwk.kid })
      .setIssuer(settings.issuer)
      .setSubject(client.id)
      .setAudience('https://api.example.com')
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME}s`)
      .sign(key),
  async saveToken(token, client, user) {
    const saved = { ...token, client, user }
    tokens.set(token.accessToken, saved)
    return saved
  },
  getAccessToken: async (accessToken) => tokens.get(accessToken),
}

const oauth = new OAuth2Server({ model, accessTokenLifetime: LIFETIME })
const app = express()
app.use(express.urlencoded({ extended: false }))
app.post('/token', async (request, response) => {
  const answer = new Response(response)
  try {
    await oauth.token(new Request(request), answer)
  } catch (error) {
    response.status(error.code ?? 500).json({ error: error.name })
    return
  }
  response.status(answer.status).set(answer.headers).json(answer.body)
})
const listening = app.listen(0, '127.0.0.1', () => {
  console.log(`READY http://127.0.0.1:${listening.address().port}`)
})
