/** A token of a client, or what was said instead. */
export async function tokenOf(issuer: string, id: string, secret: string): Promise<string> {
  const response = await fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const body = (await response.json()) as Record<string, string>
  return body['access_token'] ?? JSON.stringify(body)
}
