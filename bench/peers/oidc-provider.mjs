// Shared by oidc-provider on Node and in workerd: its configuration, by its documentation.
export const JWT_RESOURCE = 'https://api.example.com'
export const OPAQUE_RESOURCE = 'https://opaque.example.com'
const SCOPE = 'invoices:read'

/** @param {{id: string, secret: string, jwk: object}} settings */
export function clientOf({ id, secret }) {
  return {
    client_id: id,
    client_secret: secret,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope: SCOPE,
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'ES256',
  }
}

export function configuration(settings) {
  const formats = { [JWT_RESOURCE]: 'jwt', [OPAQUE_RESOURCE]: 'opaque' }
  return {
    jwks: { keys: [settings.jwk] },
    scopes: [SCOPE],
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => JWT_RESOURCE,
        getResourceServerInfo: (_ctx, resource) => ({
          scope: SCOPE,
          audience: resource,
          accessTokenTTL: 43_200,
          accessTokenFormat: formats[resource],
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  }
}

export const SCHEMA = `CREATE TABLE IF NOT EXISTS oidc (model TEXT NOT NULL, id TEXT NOT NULL,
  payload TEXT NOT NULL, expires_at INTEGER, consumed_at INTEGER, grant_id TEXT, user_code TEXT,
  uid TEXT, PRIMARY KEY (model, id)) WITHOUT ROWID`

/**
 * An adapter by example/my_adapter.js, over anything that runs SQLite's statements.
 * @param {{first(sql: string, values: unknown[]): Promise<any>, run(sql: string, values: unknown[]): Promise<unknown>}} db
 */
export function sqlAdapter(db) {
  const now = () => Math.floor(Date.now() / 1000)
  const found = (row) => {
    if (!row || (row.expires_at !== null && row.expires_at <= now())) return undefined
    return { ...JSON.parse(row.payload), ...(row.consumed_at ? { consumed: row.consumed_at } : {}) }
  }
  return class {
    constructor(model) {
      this.model = model
    }

    async upsert(id, payload, expiresIn) {
      const values = [
        this.model,
        id,
        JSON.stringify(payload),
        expiresIn ? now() + expiresIn : null,
        payload.grantId ?? null,
        payload.userCode ?? null,
        payload.uid ?? null,
      ]
      await db.run(
        `INSERT OR REPLACE INTO oidc (model, id, payload, expires_at, grant_id, user_code, uid)
          VALUES (?, ?, ?, ?, ?, ?, ?)`,
        values,
      )
    }

    async find(id) {
      const sql = 'SELECT payload, expires_at, consumed_at FROM oidc WHERE model = ? AND id = ?'
      return found(await db.first(sql, [this.model, id]))
    }

    async findByUid(uid) {
      const sql = 'SELECT payload, expires_at, consumed_at FROM oidc WHERE model = ? AND uid = ?'
      return found(await db.first(sql, [this.model, uid]))
    }

    async findByUserCode(code) {
      const sql =
        'SELECT payload, expires_at, consumed_at FROM oidc WHERE model = ? AND user_code = ?'
      return found(await db.first(sql, [this.model, code]))
    }

    async consume(id) {
      const sql = 'UPDATE oidc SET consumed_at = ? WHERE model = ? AND id = ?'
      await db.run(sql, [now(), this.model, id])
    }

    async destroy(id) {
      await db.run('DELETE FROM oidc WHERE model = ? AND id = ?', [this.model, id])
    }

    async revokeByGrantId(grantId) {
      await db.run('DELETE FROM oidc WHERE grant_id = ?', [grantId])
    }
  }
}
