import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { callerOf, mount, ORIGIN } from './mounted.ts'

/** Every address of the host that a page leads to. */
function addressesIn(html: string): string[] {
  return [...html.matchAll(/\s(?:href|src|action)="([^"#]+)"/g)].map((match) => match[1] ?? '')
}

/** The paths that forms post to have no page of their own. */
const isPage = (address: string) =>
  !/sign-out|test-mail|\?|export|suspension|resumption|revocation|deletion|removal|\/secrets$/.test(
    address,
  )

describe.each(['/', '/auth', '/deep/er/auth'])('the console of a server mounted at %s', (path) => {
  const base = `${path === '/' ? '' : path}/console`

  async function signedIn() {
    const app = new Hono()
    mount(app, path)
    app.get('/orders', (c) => c.text('orders'))
    const { call } = callerOf(app)
    const response = await call(`${base}/sign-in`, {
      method: 'POST',
      headers: { Origin: ORIGIN, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token: env.BOOTSTRAP_TOKEN ?? '' }).toString(),
      redirect: 'manual',
    })
    expect([response.status, response.headers.get('location')]).toEqual([303, `${base}/clients`])
    const Cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    return { call, get: (at: string) => call(at, { headers: { Cookie } }) }
  }

  it('leads nowhere but into itself, and everywhere there is an answer', async () => {
    const { get } = await signedIn()
    const seen = new Set<string>()
    const next = [`${base}/clients`]
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      const response = await get(at)
      expect([at, response.status]).toEqual([at, 200])
      if (!response.headers.get('content-type')?.startsWith('text/html')) continue
      const addresses = addressesIn(await response.text())
      expect(addresses.filter((address) => !address.startsWith(`${base}/`))).toEqual([])
      if (seen.size < 25) next.push(...addresses.filter(isPage))
    }
    expect(seen.size).toBeGreaterThan(10)
  })

  it('leaves the rest of the host alone', async () => {
    const { call } = await signedIn()
    expect(await (await call('/orders')).text()).toBe('orders')
    expect((await call('/nothing-of-ours')).status).toBe(404)
  })
})
