// Shared by @jmondi/oauth2-server on Node and in workerd: its repositories, by its documentation.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import {
  AuthorizationServer,
  DateInterval,
  generateRandomToken,
  JwtService,
} from '@jmondi/oauth2-server'
import jwt from 'jsonwebtoken'

const SCOPES = [{ name: 'invoices:read' }]

/** JwtService signs by HS256; a key of its own and another algorithm go over its two methods. */
class Es256Service extends JwtService {
  constructor(jwk) {
    const key = createPrivateKey({ key: jwk, format: 'jwk' })
    super(key)
    this.privateKey = key
    this.publicKey = createPublicKey(key)
    this.keyid = jwk.kid
  }

  sign(payload) {
    const options = { algorithm: 'ES256', keyid: this.keyid }
    return new Promise((resolve, reject) => {
      jwt.sign(payload, this.privateKey, options, (error, token) =>
        error ? reject(error) : resolve(token),
      )
    })
  }

  verify(token, options = {}) {
    return new Promise((resolve, reject) => {
      jwt.verify(token, this.publicKey, { ...options, algorithms: ['ES256'] }, (error, claims) =>
        error ? reject(error) : resolve(claims),
      )
    })
  }
}

export function clientOf({ id, secret }) {
  return {
    id,
    name: 'Bench',
    secret,
    redirectUris: [],
    allowedGrants: ['client_credentials'],
    scopes: SCOPES,
  }
}

/** @param store where clients and tokens are: in memory, or in D1 */
export function authorizationServer(settings, store) {
  const clientRepository = {
    getByIdentifier: (clientId) => store.client(clientId),
    isClientValid: async (grantType, client, secret) =>
      client.secret === secret && client.allowedGrants.includes(grantType),
  }
  const tokenRepository = {
    issueToken: async (client, scopes, user) => ({
      accessToken: generateRandomToken(),
      accessTokenExpiresAt: new DateInterval('12h').getEndDate(),
      refreshToken: null,
      refreshTokenExpiresAt: null,
      client,
      scopes,
      user: user ?? null,
    }),
    persist: (token) => store.saveToken(token),
    getByAccessToken: (accessToken) => store.token(accessToken),
    revoke: async () => {},
    isRefreshTokenRevoked: async () => false,
    getByRefreshToken: async () => undefined,
    issueRefreshToken: async (token) => token,
  }
  const scopeRepository = {
    getAllByIdentifiers: async (names) => SCOPES.filter(({ name }) => names.includes(name)),
    finalize: async (scopes) => scopes,
  }
  const server = new AuthorizationServer(
    clientRepository,
    tokenRepository,
    scopeRepository,
    new Es256Service(settings.jwk),
  )
  server.enableGrantType('client_credentials', new DateInterval('12h'))
  return server
}

export function memoryStore(settings) {
  const clients = new Map([[settings.id, clientOf(settings)]])
  const tokens = new Map()
  return {
    client: async (id) => clients.get(id),
    saveToken: async (token) => void tokens.set(token.accessToken, token),
    token: async (accessToken) => tokens.get(accessToken),
  }
}

export const SCHEMA = [
  'CREATE TABLE clients (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID',
  `CREATE TABLE tokens (access_token TEXT PRIMARY KEY, client TEXT NOT NULL, scopes TEXT NOT NULL,
    expires_at TEXT NOT NULL) WITHOUT ROWID`,
]

export function d1Store(d1) {
  const client = async (id) => {
    const row = await d1.prepare('SELECT json FROM clients WHERE id = ?').bind(id).first()
    return row ? JSON.parse(row.json) : undefined
  }
  return {
    client,
    saveToken: ({ accessToken, client: { id }, scopes, accessTokenExpiresAt }) =>
      d1
        .prepare('INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?)')
        .bind(accessToken, id, JSON.stringify(scopes), accessTokenExpiresAt.toISOString())
        .run(),
    async token(accessToken) {
      const sql = `SELECT t.scopes, t.expires_at, c.json FROM tokens t JOIN clients c ON c.id = t.client
        WHERE t.access_token = ?`
      const row = await d1.prepare(sql).bind(accessToken).first()
      if (!row) return undefined
      return {
        accessToken,
        accessTokenExpiresAt: new Date(row.expires_at),
        client: JSON.parse(row.json),
        scopes: JSON.parse(row.scopes),
      }
    },
  }
}
