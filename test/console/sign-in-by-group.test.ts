import { afterEach, describe, expect, it, vi } from 'vitest'
import { HOUR } from '../../src/domain/time.ts'
import { mailbox } from '../doubles/mailbox.ts'
import { interrupted } from '../attacks/lost-rights.ts'
import {
  accessAt,
  EVE,
  GROUPS,
  MANAGE,
  providerWithGroups,
  VIEW,
  visit,
} from '../support/group-sign-in.ts'
import { ADDRESS, openIdProvider, sessionIn } from '../support/provider.ts'
import { formTokenIn } from '../support/console.ts'
import { ISSUER, type Json, type TestServer } from '../support/server.ts'

// A claim of the ID token lets people in who are in no list.

afterEach(() => vi.restoreAllMocks())

function post(server: TestServer, cookie: string, path: string, fields: Record<string, string>) {
  const headers = { Origin: ISSUER, 'Content-Type': 'application/x-www-form-urlencoded' }
  return server.send(`/console${path}`, {
    method: 'POST',
    headers: { ...headers, Cookie: cookie },
    body: new URLSearchParams(fields).toString(),
    redirect: 'manual',
  })
}

async function suspendBy(server: TestServer, cookie: string, by = server): Promise<Response> {
  const { id } = await server.client()
  const path = `/clients/${id}/suspension`
  const page = await (await visit(server, cookie, path)).text()
  return post(by, cookie, path, { form_token: formTokenIn(page), reason: 'leaked' })
}

const actions = async (server: TestServer): Promise<Json[]> =>
  (await server.adminOk('GET', '/audit-events'))['data']

describe('a person with a value of the claim', () => {
  it.each([
    [[MANAGE], 'manage'],
    [['staff', 'ops'], 'manage'],
    [MANAGE, 'manage'],
    [[VIEW], 'view'],
    [VIEW, 'view'],
    [[VIEW, MANAGE], 'manage'],
  ])('%j: gets %s', async (groups, access) => {
    const { server, enter } = await providerWithGroups()
    expect(await accessAt(server, await enter(groups))).toBe(access)
  })

  it.each([
    ['none', undefined],
    ['another', ['staff']],
    ['one that only begins so', [`${MANAGE}-emea`]],
    ['one in another case', [MANAGE.toUpperCase()]],
    ['several in one text', `${MANAGE} ${VIEW}`],
    ['an empty one', ['']],
    ['one that is an object', [{ name: MANAGE }]],
    ['one that is a key', { [MANAGE]: true }],
    ['a list in a list', [[MANAGE]]],
  ])('is not let in by %s', async (_what, groups) => {
    const { server, come } = await providerWithGroups()
    const answer = await come({ groups })
    expect([answer.status, sessionIn(answer)]).toEqual([403, null])
    expect(await answer.text()).toContain(`${EVE} is not an administrator`)
    expect((await actions(server)).map(({ action }) => action)).not.toContain('session.created')
  })

  it('is not let in where nothing is configured', async () => {
    const { provider, signIn } = await openIdProvider()
    provider.claims = { sub: 'eve', email: EVE, groups: [MANAGE] }
    expect((await signIn()).status).toBe(403)
  })

  it('needs an address that is verified', async () => {
    const { come } = await providerWithGroups()
    expect((await come({ groups: [MANAGE], email_verified: false })).status).toBe(403)
    expect((await come({ groups: [MANAGE], email: undefined })).status).toBe(403)
  })

  it('is found along a path, and by a name with dots', async () => {
    const path = await providerWithGroups({ OIDC_ACCESS_CLAIM: 'realm_access.roles' })
    await path.enter(undefined, { realm_access: { roles: [VIEW] } })
    const name = await providerWithGroups({ OIDC_ACCESS_CLAIM: 'https://example.com/roles' })
    await name.enter(undefined, { 'https://example.com/roles': [VIEW] })
    const none = await providerWithGroups({ OIDC_ACCESS_CLAIM: 'constructor.name' })
    expect((await none.come({})).status).toBe(403)
  })

  it('has the claim asked for by its scope, and at the userinfo endpoint', async () => {
    const { start, provider, server, come } = await providerWithGroups()
    provider.metadata = {
      scopes_supported: ['openid', 'email', 'groups'],
      userinfo_endpoint: `${provider.issuer}/userinfo`,
    }
    expect((await start()).url?.searchParams.get('scope')).toBe('openid email groups')
    provider.userInfo = { sub: 'eve', email: ADDRESS, email_verified: true, groups: [VIEW] }
    const cookie = sessionIn(await come({})) ?? ''
    // The ID token has the address: what the other endpoint says of it does not count.
    expect(await (await visit(server, cookie)).text()).toContain(EVE)
    provider.userInfo = { sub: 'bob', groups: [MANAGE] }
    expect((await come({})).status).toBe(401)
  })

  it('has no scope asked for that the provider does not have', async () => {
    const { start, provider } = await providerWithGroups()
    provider.metadata = { scopes_supported: ['openid', 'email'] }
    expect((await start()).url?.searchParams.get('scope')).toBe('openid email')
  })
})

describe('the list of administrators', () => {
  it('goes before the groups', async () => {
    const { server, provider, signIn, enter } = await providerWithGroups()
    provider.claims = { groups: [VIEW] }
    expect(await accessAt(server, sessionIn(await signIn()) ?? '')).toBe('manage')
    await server.adminOk('POST', '/administrators', { email: EVE, access: 'view' })
    expect(await accessAt(server, await enter([MANAGE]))).toBe('view')
  })

  it('ends the session of a person who is added to it', async () => {
    const { server, enter, people } = await providerWithGroups()
    const cookie = await enter()
    await server.adminOk('POST', '/administrators', { email: EVE, access: 'view' })
    expect(await accessAt(server, cookie)).toBeNull()
    expect((await people()).filter(({ email }) => email === EVE)).toMatchObject([
      { access: 'view', by_group: false },
    ])
  })

  it('keeps a person out who was removed from it, until somebody unblocks them', async () => {
    const { server, come, enter, eve } = await providerWithGroups()
    const { administrator_id: id } = await server.adminOk('POST', '/administrators', {
      email: EVE,
      access: 'manage',
    })
    await server.adminOk('DELETE', `/administrators/${id}`)
    const refused = await come({ groups: [MANAGE] })
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining(`An administrator has blocked ${EVE} here.`),
    ])
    const { administrator_id: blocked } = await eve()
    await server.adminOk('PATCH', `/administrators/${blocked}`, { blocked: false })
    expect(await accessAt(server, await enter())).toBe('manage')
  })
})

describe('a session by a group', () => {
  it('ends after an hour, and the group is judged anew', async () => {
    const { server, provider, enter, come, eve } = await providerWithGroups()
    const cookie = await enter()
    server.clock.now += HOUR - 1
    expect(await accessAt(server, cookie)).toBe('manage')
    server.clock.now += 1
    expect(await accessAt(server, cookie)).toBeNull()
    expect(await accessAt(server, await enter([VIEW]))).toBe('view')
    expect(await eve()).toMatchObject({ access: 'view', by_group: true })
    provider.claims = {}
    expect((await come({ groups: [] })).status).toBe(403)
  })

  it.each([
    ['the claim is no longer configured', { OIDC_ACCESS_CLAIM: '' }],
    ['nothing of it is', { OIDC_ACCESS_CLAIM: '', OIDC_MANAGE_VALUES: '', OIDC_VIEW_VALUES: '' }],
    ['the claim is another', { OIDC_ACCESS_CLAIM: 'roles' }],
    ['the value gives nothing now', { OIDC_MANAGE_VALUES: 'ops' }],
    ['the provider is another', { OIDC_ISSUER: 'https://other.example' }],
  ])('ends at once where %s', async (_what, changes) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { server, otherwise, enter } = await providerWithGroups()
    const cookie = await enter()
    expect(await accessAt(otherwise(changes), cookie)).toBeNull()
    expect(await accessAt(server, cookie)).toBe('manage')
  })

  it('has what the settings give to the value now', async () => {
    const { otherwise, enter } = await providerWithGroups()
    const cookie = await enter()
    const changes = { OIDC_MANAGE_VALUES: 'ops', OIDC_VIEW_VALUES: MANAGE }
    expect(await accessAt(otherwise(changes), cookie)).toBe('view')
  })

  it('ends when its person signs in under another address', async () => {
    const { server, enter } = await providerWithGroups()
    const before = await enter()
    const after = await enter([MANAGE], { email: 'eve.new@example.com' })
    expect(await accessAt(server, before)).toBeNull()
    expect(await accessAt(server, after)).toBe('manage')
  })

  it('is signed out like any other', async () => {
    const { server, enter } = await providerWithGroups()
    const cookie = await enter()
    const form_token = formTokenIn(await (await visit(server, cookie)).text())
    expect((await post(server, cookie, '/sign-out', { form_token })).status).toBe(303)
    expect(await accessAt(server, cookie)).toBeNull()
    expect((await actions(server))[0]).toMatchObject({ action: 'session.ended' })
  })
})

describe('the audit log', () => {
  it('has one identity for a person, with the value that let them in', async () => {
    const { server, enter, eve } = await providerWithGroups()
    const cookie = await enter()
    await suspendBy(server, cookie)
    await enter([VIEW], { email: 'eve.new@example.com' })
    const log = await actions(server)
    const actor = {
      type: 'administrator',
      id: log.find((e) => e['action'] === 'client.suspended')?.['actor'].id,
    }
    const opened = log.filter(({ action }) => action === 'session.created')
    expect(opened).toMatchObject([
      { actor, changes: { access: { to: 'view' }, by_group: { to: VIEW } } },
      { actor, changes: { access: { to: 'manage' }, by_group: { to: MANAGE } } },
    ])
    const changed = log.filter(({ target }) => target.id === actor.id)
    expect(changed).toMatchObject([
      {
        action: 'administrator.updated',
        changes: { access: { from: 'manage', to: 'view' }, email_changed: { to: true } },
      },
      { action: 'administrator.created', changes: { access: { from: null, to: 'manage' } } },
    ])
    const changes = log.map((event) => event['changes'])
    expect(JSON.stringify(changes)).not.toContain('@example.com')
    const activity = await (await visit(server, await enter(), '/activity')).text()
    expect(activity).toContain(EVE)
    expect((await eve())['administrator_id']).toBe(actor.id)
  })
})

describe('a person who is blocked', () => {
  async function blocked() {
    const all = await providerWithGroups()
    const cookie = await all.enter()
    const { administrator_id: id } = await all.eve()
    const block = (is: boolean) =>
      all.server.admin('PATCH', `/administrators/${id}`, { blocked: is })
    return { ...all, cookie, id, block }
  }

  it('is out with the next request, and no group lets them in', async () => {
    const { server, cookie, block, come, eve } = await blocked()
    expect((await block(true)).status).toBe(200)
    expect(await accessAt(server, cookie)).toBeNull()
    expect((await come({ groups: [MANAGE] })).status).toBe(403)
    // Under another address, and as another subject with the address.
    expect((await come({ groups: [MANAGE], email: 'e@example.com' })).status).toBe(403)
    expect((await come({ groups: [MANAGE], sub: 'other' })).status).toBe(403)
    expect(await eve()).toMatchObject({ blocked_at: expect.any(String) })
  })

  it('INV-16: is out with what is on its way', async () => {
    const { server, cookie, block, otherwise } = await blocked()
    let isDone = false
    const DB = interrupted('after the head was read', async () => {
      await block(true)
      isDone = true
    })
    const answer = await suspendBy(server, cookie, otherwise({}, { DB }))
    expect(isDone).toBe(true)
    expect(answer.status).not.toBe(303)
    const done = (await actions(server)).map(({ action }) => action)
    expect(done).not.toContain('client.suspended')
    expect(done[0]).toBe('administrator.updated')
  })

  it('is let in again by whoever unblocks them', async () => {
    const { server, block, enter } = await blocked()
    await block(true)
    await block(false)
    expect(await accessAt(server, await enter())).toBe('manage')
  })

  it('is blocked in the console, too, by one who may', async () => {
    const { server, cookie, id, enter, eve } = await blocked()
    const bob = await enter([MANAGE], { sub: 'bob', email: 'bob@example.com' })
    const list = await (await visit(server, bob, '/administrators')).text()
    expect(list).toContain('Manage, by group')
    const path = `/administrators/${id}/block`
    const page = await (await visit(server, bob, path)).text()
    expect(page).toContain('no group of the identity provider lets them in')
    const version = /name="version" value="(\d+)"/.exec(page)?.[1] ?? ''
    const fields = { form_token: formTokenIn(page), version, blocked: 'yes' }
    expect((await post(server, bob, path, fields)).status).toBe(303)
    expect(await accessAt(server, cookie)).toBeNull()
    const after = await (await visit(server, bob, '/administrators')).text()
    expect(after).toContain('Unblock…')
    expect(await eve()).toMatchObject({ by_group: true })
    const viewer = await enter([VIEW], { sub: 'vi', email: 'vi@example.com' })
    expect((await visit(server, viewer, path)).status).toBe(403)
  })

  it('is never oneself, nor somebody of the list', async () => {
    const { server, cookie, id } = await blocked()
    const path = `/administrators/${id}/block`
    const page = await (await visit(server, cookie, path)).text()
    const fields = { form_token: formTokenIn(page), version: '1', blocked: 'yes' }
    expect((await post(server, cookie, path, fields)).status).toBe(409)
    const ada = await server.adminOk('POST', '/administrators', {
      email: 'a@example.com',
      access: 'view',
    })
    const own = `/administrators/${ada['administrator_id']}`
    expect((await server.admin('PATCH', own, { blocked: true })).status).toBe(409)
    expect((await visit(server, cookie, `${own}/block`)).status).toBe(409)
    expect((await server.admin('PATCH', own, { blocked: true, access: 'view' })).status).toBe(400)
  })
})

describe('a person by a group', () => {
  it('is neither changed nor removed as one of the list', async () => {
    const { server, enter, eve } = await providerWithGroups()
    await enter()
    const path = `/administrators/${(await eve())['administrator_id']}`
    for (const [method, body] of [
      ['PATCH', { access: 'view' }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await server.admin(method, path, body)
      expect([answer.status, await answer.text()]).toEqual([
        409,
        expect.stringContaining('block them'),
      ])
    }
    expect(await server.adminOk('GET', path)).toMatchObject({ by_group: true, blocked_at: null })
  })

  it('gets no reminder, and a test mail goes to one of the list', async () => {
    const mail = mailbox()
    const { server, enter, otherwise } = await providerWithGroups()
    const cookie = await enter()
    const sending = otherwise({}, { EMAIL: mail.EMAIL, MAIL_FROM: 'p@example.com' })
    await server.client({}, { secret: { expires_on: dayAfter(server.clock.now) } })
    await sending.cron()
    const page = await (await visit(sending, cookie, '/administrators')).text()
    expect(page).toContain('Send a test email')
    const form_token = formTokenIn(page)
    const tested = await post(sending, cookie, '/administrators/test-mail', { form_token })
    expect(await tested.text()).toContain(ADDRESS)
    expect(new Set(mail.mails.map(({ to }) => to))).toEqual(new Set([ADDRESS]))
  })

  it('leaves at least one manager in the list, and may remove a viewer', async () => {
    const { server, enter, people } = await providerWithGroups()
    await server.cron()
    const viewer = await server.adminOk('POST', '/administrators', {
      email: 'vi@example.com',
      access: 'view',
    })
    const cookie = await enter()
    const remove = async (id: string) => {
      const path = `/administrators/${id}/removal`
      const page = await (await visit(server, cookie, path)).text()
      return post(server, cookie, path, { form_token: formTokenIn(page), version: '1' })
    }
    const ada = (await people()).find(({ email }) => email === ADDRESS)
    expect((await remove(ada?.['administrator_id'])).status).toBe(409)
    expect((await remove(viewer['administrator_id'])).status).toBe(303)
  })
})

it('the list of people is paged by address, in one order', async () => {
  const { server, enter } = await providerWithGroups()
  await server.cron()
  for (const name of ['zoe', 'bob', 'aa']) {
    await enter([VIEW], { sub: name, email: `${name}@example.com` })
  }
  await enter([VIEW], { sub: 'bob-2', email: 'bob@example.com' })
  await server.adminOk('POST', '/administrators', { email: 'cy@example.com', access: 'view' })
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { data, next_cursor: next } = await server.adminOk(
      'GET',
      `/administrators?limit=1${cursor}`,
    )
    seen.push(...data.map((one: Json) => one['email'].split('@')[0]))
    if (!next) break
    cursor = `&cursor=${encodeURIComponent(next)}`
  }
  expect(seen).toEqual(['aa', 'ada', 'bob', 'bob', 'cy', 'zoe'])
})

it('Setup says which claim lets people in', async () => {
  const { server, enter } = await providerWithGroups(GROUPS)
  expect(await (await visit(server, await enter(), '/setup')).text()).toContain(
    'Those with certain values of the claim groups get in, too.',
  )
})

const dayAfter = (now: number) => new Date((now + 86_400) * 1000).toISOString().slice(0, 10)
