import { describe, expect, it } from 'vitest'
import { referenceRoutes } from '../../src/http/reference/routes.ts'
import { policyFor, SCALAR, scalarPage } from '../../src/http/reference/scalar-page.ts'

const ISSUER = 'https://auth.example'
const BASE = '/admin/v1'

const get = (path: string, init?: RequestInit, script?: string | null) =>
  referenceRoutes(ISSUER, script === undefined ? null : { script }).request(BASE + path, init)

const page = (script: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Portcullis: HTTP reference</title>
</head>
<body>
<noscript>This page needs a script. <a href="openapi.json">The document that it shows</a> does not.</noscript>
<script id="api-reference" data-url="openapi.json" data-configuration='{"withDefaultFonts":false,"telemetry":false,"hideTestRequestButton":true,"hideClientButton":true,"showDeveloperTools":"never","agent":{"disabled":true},"mcp":{"disabled":true}}'></script>
<script ${script}></script>
</body>
</html>
`

const policy = (script: string) =>
  `default-src 'none'; script-src ${script}; style-src 'unsafe-inline'; connect-src ${ISSUER}${BASE}/openapi.json; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`

const CDN = 'https://cdn.jsdelivr.net/npm/@scalar/api-reference@1.72.1/dist/browser/standalone.js'
const HASH = 'sha384-U11tb2XnKvmwt8RlTvnwUnYgrN+ur4Xyh9htLhjajWNR/Oyl5AX5DEz00qRmlrmK'

describe('the reference', () => {
  it('is a page that runs one script, known by its hash, or that of the host', async () => {
    expect(SCALAR).toEqual({ script: CDN, integrity: HASH })
    const known = `src="${CDN}" integrity="${HASH}" crossorigin="anonymous"`
    expect(scalarPage({ script: null })).toBe(page(known))
    const own = 'https://a.example/scalar.js'
    expect(scalarPage({ script: own })).toBe(page(`src="${own}"`))
    expect(policyFor({ script: null }, ISSUER)).toBe(policy(CDN))
    expect(policyFor({ script: own }, ISSUER)).toBe(policy(own))
    const answer = await get('/docs', {}, null)
    expect(await answer.text()).toBe(page(known))
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-type': 'text/html; charset=UTF-8',
      'content-security-policy': policy(CDN),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
  })

  it('has no page where the host wants none', async () => {
    expect((await get('/docs')).status).toBe(404)
  })

  it('is a document that everybody may read, of this server', async () => {
    const answer = await get('/openapi.json')
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
    })
    const { servers } = await answer.json<{ servers: object[] }>()
    expect(servers).toEqual([{ url: ISSUER }])
  })

  it.each(['/openapi.json', '/docs'])('answers GET alone at %s', async (path) => {
    const refused = await get(path, { method: 'POST' }, null)
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    const headers = { Origin: 'https://a.example', 'Access-Control-Request-Method': 'GET' }
    const asked = await get(path, { method: 'OPTIONS', headers }, null)
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
  })
})
