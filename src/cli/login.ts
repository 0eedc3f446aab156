import { requestToken } from './access-token.ts'
import { variablesThatAreSet } from './account.ts'
import { action } from './command.ts'
import { credentialsPath, removeCredentials, writeCredentials } from './credentials-file.ts'
import { EXIT, Failure } from './failure.ts'
import { Refused } from './http.ts'
import { readIssuer } from './issuer.ts'
import { prompt, clientSecretOption, readSecret } from './secret-input.ts'
import { note, print, printJson } from './terminal.ts'

const args = {
  url: {
    type: 'string',
    valueHint: 'ISSUER',
    description: 'The server, such as https://auth.example.com',
  },
  clientId: {
    type: 'string',
    valueHint: 'ID',
    description: 'The client that administers this server',
  },
  ...clientSecretOption,
} as const

export const login = action(
  'login',
  'Save the credentials of a client that administers this server, once they have been tried',
  args,
  async (values) => {
    const issuer = readIssuer(values.url ?? (await prompt('URL of the server: ')))
    const clientId = values.clientId ?? (await prompt('Client id: '))
    const clientSecret = await readSecret(values.clientSecretStdin)
    const scope = await scopeOnIssuer(issuer, { clientId, clientSecret })
    writeCredentials({ issuer, client_id: clientId, client_secret: clientSecret })
    if (values.json) return printJson({ issuer, client_id: clientId, scope })
    print(`Logged in to ${issuer} as ${clientId}, with ${scope}.`)
    print(`The credentials are in ${credentialsPath()}, which only you can read.`)
    const set = variablesThatAreSet()
    if (set.length > 0) note(`But ${set.join(', ')} in the environment takes precedence over them.`)
  },
)

/** Only credentials that work are kept: the admin API takes a token whose audience is the issuer. */
async function scopeOnIssuer(issuer: string, client: { clientId: string; clientSecret: string }) {
  try {
    return (await requestToken(issuer, client, { resources: [issuer] })).scope
  } catch (error) {
    const body = error instanceof Refused ? (error.answer.body as { error?: string } | null) : null
    if (body?.error !== 'invalid_target') throw error
    throw new Failure(
      EXIT.denied,
      `${client.clientId} has no permission on Portcullis itself (${issuer}): it cannot administer.`,
    )
  }
}

export const logout = action('logout', 'Remove the saved credentials', {}, async ({ json }) => {
  const removed = removeCredentials()
  if (json) return printJson({ removed })
  print(removed ? `Removed ${credentialsPath()}.` : 'You were not logged in.')
})
