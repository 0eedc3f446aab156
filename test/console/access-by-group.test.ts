import { afterEach, describe, expect, it, vi } from 'vitest'
import { accessTeam, cookieOf, getWith, isTurnedAway } from '../support/assertions.ts'
import { EVE, GROUPS, MANAGE, VIEW } from '../support/group-sign-in.ts'

// Cloudflare Access has the custom claims of the identity provider in `custom` of its token.

afterEach(() => vi.restoreAllMocks())

async function team() {
  const all = await accessTeam(GROUPS)
  const eves = (groups: unknown, claims: Record<string, unknown> = {}) =>
    all.assertion({ claims: { email: EVE, sub: 'eve', custom: { groups }, ...claims } })
  const open = async (assertion: string, cookie?: string, path = '/clients') =>
    getWith(all.server, path, { assertion, cookie })
  return { ...all, eves, open }
}

describe('a custom claim in the token of Cloudflare Access', () => {
  it('lets a person in, and is judged with each request', async () => {
    const { eves, open, server } = await team()
    const first = await open(await eves([MANAGE]))
    expect(first.status).toBe(200)
    const cookie = cookieOf(first)
    expect((await open(await eves([MANAGE]), cookie, '/clients/new')).status).toBe(200)
    // The same session with a token of now: the group was taken away, or given back as another.
    expect((await open(await eves([VIEW]), cookie, '/clients/new')).status).toBe(403)
    expect(isTurnedAway(await open(await eves([]), cookie))).toBe(true)
    expect(isTurnedAway(await getWith(server, '/clients', { cookie }))).toBe(true)
    const log = (await server.adminOk('GET', '/audit-events'))['data']
    expect(log.filter((e: { action: string }) => e.action === 'session.created')).toHaveLength(1)
  })

  it.each([
    ['beside custom', [], { groups: [MANAGE] }],
    ['of a person without a name at Access', [MANAGE], { sub: '' }],
    ['where custom is text', [], { custom: MANAGE }],
    ['by what is no address', [MANAGE], { email: 'eve' }],
    ['where custom is null', [], { custom: null }],
  ])('lets nobody in %s', async (_what, groups, claims) => {
    const { eves, open } = await team()
    expect(isTurnedAway(await open(await eves(groups, claims)))).toBe(true)
  })

  it('does not carry a session over to another person', async () => {
    const { eves, open } = await team()
    const cookie = cookieOf(await open(await eves([MANAGE])))
    const other = await eves([VIEW], { sub: 'other', email: 'other@example.com' })
    const answer = await open(other, cookie)
    expect(await answer.text()).toContain('other@example.com')
    const sameAddress = await eves([MANAGE], { sub: 'third' })
    expect(cookieOf(await open(sameAddress, cookie))).not.toBe('')
  })

  it('lets nobody in by the word of the platform alone, which has no claims', async () => {
    const { server, eves } = await team()
    const aud = server.bindings.ACCESS_AUD ?? ''
    const platform = { aud, getIdentity: async () => ({ email: EVE, groups: [MANAGE] }) }
    const access = platform as unknown as ExecutionContext['access']
    expect(isTurnedAway(await getWith(server, '/clients', {}, access))).toBe(true)
    const assertion = await eves([MANAGE])
    expect((await getWith(server, '/clients', { assertion }, access)).status).toBe(200)
  })

  it('is known at the page to sign in, and a block ends it', async () => {
    const { server, eves, open } = await team()
    const assertion = await eves([MANAGE])
    expect(await (await open(assertion, undefined, '/sign-in')).text()).toContain('Continue as')
    await open(assertion)
    const { data } = await server.adminOk('GET', '/administrators')
    const eve = data.find(({ email }: { email: string }) => email === EVE)
    await server.adminOk('PATCH', `/administrators/${eve.administrator_id}`, { blocked: true })
    expect(isTurnedAway(await open(assertion))).toBe(true)
    expect(await (await open(assertion, undefined, '/sign-in')).text()).not.toContain('Continue as')
  })
})
