// Shared by better-auth on Node and in workerd: its OAuth provider, set up by its documentation.
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { jwt } from 'better-auth/plugins'

const RESOURCE = 'https://api.example.com'
const SCOPE = 'invoices:read'

export function options(settings, database) {
  return {
    database,
    baseURL: settings.issuer,
    secret: settings.secret,
    disabledPaths: ['/token'],
    // Its limit of requests would answer for it after a few.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    emailAndPassword: { enabled: true },
    plugins: [
      jwt({ jwks: { keyPairConfig: { alg: 'ES256' } } }),
      oauthProvider({
        loginPage: '/sign-in',
        consentPage: '/consent',
        scopes: [SCOPE],
        resources: [RESOURCE],
        enforcePerClientResources: false,
        clientPrivileges: () => true,
        m2mAccessTokenExpiresIn: 43_200,
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }),
    ],
  }
}

export const made = (settings, database) => betterAuth(options(settings, database))

/** Its tables, a person who may make clients, and a client: the credentials that it got. */
export async function furnished(settings, database) {
  const { runMigrations } = await getMigrations(options(settings, database))
  await runMigrations()
  const { api } = made(settings, database)
  const person = { name: 'Ada', email: 'ada@example.com', password: settings.secret }
  const signedUp = await api.signUpEmail({ body: person, asResponse: true })
  const cookie = signedUp.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const client = await api.adminCreateOAuthClient({
    headers: new Headers({ cookie }),
    body: {
      client_name: 'Bench',
      grant_types: ['client_credentials'],
      client_credentials_scopes: [SCOPE],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  })
  return { id: client.client_id, secret: client.client_secret }
}
