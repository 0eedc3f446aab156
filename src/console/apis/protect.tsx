import type { Api } from '../../domain/api.ts'
import { Card } from '../kit/card.tsx'
import { SnippetTabs } from '../kit/snippet-tabs.tsx'

/** Shows code to paste into the API, which checks a token. */
export function Protect({ issuer, api }: { issuer: string; api: Api }) {
  return (
    <Card title="Protect this API">
      <p>
        The API checks the token of each request. With the guard, a suspended client is rejected on
        its next request. docs/guard.md has all options.
      </p>
      <SnippetTabs legend="Ways to check a token" snippets={snippetsFor(issuer, api)} />
    </Card>
  )
}

function snippetsFor(issuer: string, api: Api): [string, string][] {
  const permission = api.permissions[0]?.permission ?? 'invoices:read'
  return [
    ['Hono', hono(issuer, api.audience, permission)],
    ['Express', express(issuer, api.audience, permission)],
    ['curl', curl(issuer)],
  ]
}

const hono = (
  issuer: string,
  audience: string,
  permission: string,
) => `import { requireToken } from 'portcullis/guard' // npm install portcullis

const guard = requireToken({
  issuer: '${issuer}',
  audience: '${audience}',
  scope: '${permission}',
})
app.get('/example', guard, (c) => c.json({ client: c.var.token.client_id }))`

const express = (
  issuer: string,
  audience: string,
  permission: string,
) => `import { requireToken, tokenOf } from 'portcullis/express' // npm install portcullis

const guard = requireToken({
  issuer: '${issuer}',
  audience: '${audience}',
  scope: '${permission}',
})
app.get('/example', guard, (request, response) => {
  response.json({ client: tokenOf(request).client_id })
})`

/** By a client of the API's own, which has the permission tokens:introspect on it. */
const curl = (issuer: string) => `curl ${issuer}/oauth/introspect \\
  -u "$CLIENT_ID:$CLIENT_SECRET" \\
  -d token="$TOKEN"`
