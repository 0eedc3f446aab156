import { beforeEach, describe, expect, it } from 'vitest'
import { bannerIn, type ConsoleVisitor, signIn, signInAs } from '../support/console.ts'
import { API, type Client, type Json, type TestServer, testServer } from '../support/server.ts'

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]
const SECRET = /pc_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/

let server: TestServer
let client: Client
let visitor: ConsoleVisitor
let path = ''

beforeEach(async () => {
  server = testServer({ now: NOW })
  await server.api()
  client = await server.client(
    { [API]: 'invoices:read' },
    { client_name: 'Export', secret: { expires_on: '2026-12-24', label: 'CI' } },
  )
  visitor = await signIn(server)
  path = `/clients/${client.id}`
})

const nameOf = ({ secret }: Client) => `${secret.slice(0, 9)}…${secret.slice(-4)}`
const version = (page: string) => /name="version" value="([^"]*)"/.exec(page)?.[1] ?? ''
const secrets = async (): Promise<Json[]> => (await server.adminOk('GET', path))['secrets']
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
const rowsOf = (html: string) =>
  [
    ...(/<table aria-label="Secrets"[^]*?<\/table>/.exec(html)?.[0] ?? '').matchAll(
      /<tr>[^]*?<\/tr>/g,
    ),
  ]
    .slice(1)
    .map(([row]) => textOf(row))

async function rotate(fields: Record<string, string>): Promise<Response> {
  const form = await visitor.html(`${path}/secrets/new`)
  return visitor.post(`${path}/secrets`, {
    version: version(form),
    expires_on: '2027-02-01',
    label: 'new',
    ...fields,
  })
}

const nextOf = async (fields: Record<string, string>) => {
  const response = await rotate(fields)
  expect(response.status).toBe(201)
  return { ...client, secret: SECRET.exec(await response.text())?.[0] ?? '' }
}

describe('the form that rotates a secret', () => {
  it('says what each of the others did', async () => {
    await server.token(client)
    server.clock.now += 3 * MINUTE
    const page = await visitor.html(`${path}/secrets/new`)
    expect(page).toContain('Rotate secret of <bdi>Export</bdi>')
    expect(textOf(page)).toContain(`${nameOf(client)} CI, used 3 minutes ago`)
    for (const label of ['Keep them', 'now', 'in 1 hour', 'in 24 hours', 'in 7 days', 'on a date'])
      expect(textOf(page)).toContain(label)
    await nextOf({})
    server.clock.now += HOUR
    expect(textOf(await visitor.html(`${path}/secrets/new`))).toContain(
      'used 1 hour ago, not since the newest secret was created',
    )
  })

  it.each([
    ['', null],
    ['0', undefined],
    [String(HOUR), '2026-11-22T11:00:00Z'],
    [String(DAY), '2026-11-23T10:00:00Z'],
    [String(7 * DAY), '2026-11-29T10:00:00Z'],
    ['date', '2026-12-01T23:59:59Z'],
  ])('ends the others as chosen: %j', async (choice, end) => {
    await nextOf({ retire_others_in: choice, retire_others_on: '2026-12-01' })
    const others = (await secrets()).filter(({ label }) => label === 'CI')
    expect(others.map(({ retires_at }) => retires_at)).toEqual(end === undefined ? [] : [end])
  })

  it('starts the clock with the first use where that is ticked, and the table says so', async () => {
    const next = await nextOf({ retire_others_in: String(DAY), activate: 'on_first_use' })
    const [newest, older] = rowsOf(await visitor.html(path))
    expect(newest).toContain(nameOf(next))
    expect(older).toContain('Retires 24 hours after the new secret is first used')
    await server.token(next)
    const [, retiring] = rowsOf(await visitor.html(path))
    expect(retiring).toMatch(/Retires in 1 day, at 2026-11-23 10:00 UTC/)
  })

  it.each([
    [{ activate: 'on_first_use' }, 'To start the clock with the first use, choose'],
    [
      { activate: 'on_first_use', retire_others_in: 'date', retire_others_on: '2026-12-01' },
      'To start the clock with the first use, choose',
    ],
    [
      { activate: 'on_first_use', retire_others_in: '0' },
      'To end the other secrets now, untick “Start the clock',
    ],
    [{ retire_others_in: 'date', retire_others_on: '2026-11-01' }, 'must not be in the past'],
    [{ retire_others_in: 'date' }, 'Last day of the other secrets'],
    [{ retire_others_in: '604801' }, 'from 0 to 604800'],
  ])('refuses %j, says why, and keeps what was typed', async (fields, why) => {
    const response = await rotate(fields)
    expect(response.status).toBe(400)
    const page = await response.text()
    expect(textOf(page)).toContain(why)
    expect(page).toContain('value="2027-02-01"')
    expect(await secrets()).toHaveLength(1)
  })

  it('stays with five live secrets, and says why it cannot be used', async () => {
    for (const _ of [2, 3, 4, 5]) await server.adminOk('POST', `${path}/secrets`)
    const page = await visitor.html(path)
    expect(page).toMatch(/<button type="button" disabled[^>]*>\s*Rotate secret…/)
    expect(textOf(page)).toContain(
      'A client can have at most 5 secrets. To rotate, delete one first.',
    )
  })
})

describe('extending a secret by 7 days', () => {
  const idOf = async () => String((await secrets())[0]?.['secret_id'])
  const extend = async () => {
    const at = `${path}/secrets/${await idOf()}/extension`
    const asked = await visitor.html(at)
    const name = /name="called" value="([^"]*)"/.exec(asked)?.[1] ?? ''
    return { asked, at, done: await visitor.post(at, { version: version(asked), called: name }) }
  }

  it('is asked about with both ends, and done, and told', async () => {
    const { asked, done } = await extend()
    expect(textOf(asked)).toContain(
      'The same secret works until 2026-12-31 23:59 UTC instead of 2026-12-24 23:59 UTC.',
    )
    const page = await visitor.follow(done)
    expect(bannerIn(page)).toBe(
      `Extended secret ${nameOf(client)}. This secret works until 2026-12-31 23:59 UTC.`,
    )
    expect(await secrets()).toMatchObject([{ expires_at: '2026-12-31T23:59:59Z' }])
    expect(textOf(await visitor.html('/activity'))).toContain('Secret extended')
  })

  it('is in the menu of each secret, and beside the note of one that expires soon', async () => {
    const link = `href="/console${path}/secrets/${await idOf()}/extension"`
    expect((await visitor.html(path)).split(link)).toHaveLength(2)
    server.clock.now = Date.UTC(2026, 11, 20) / 1000
    visitor = await signIn(server)
    const page = await visitor.html(path)
    expect(page.split(link)).toHaveLength(3)
    const note = /<div class="note">[^]*?Extend by 7 days…/.exec(page)?.[0] ?? ''
    expect(note).toContain('Rotate secret…')
  })

  it('brings an expired secret back, once, and is not offered again', async () => {
    server.clock.now = Date.UTC(2026, 11, 26, 10) / 1000
    visitor = await signIn(server)
    const { asked, at } = await extend()
    expect(textOf(asked)).toContain('works again, until 2027-01-02 23:59 UTC')
    expect(textOf(asked)).toContain('This is possible once')
    expect((await server.tokenRequest(client)).status).toBe(200)
    const page = await visitor.html(path)
    expect(page).not.toContain('/extension"')
    const again = await visitor.get(at)
    expect(again.status).toBe(412)
    expect(textOf(await again.text())).toContain('This secret can’t be extended')
  })

  it('is not for those who may only look', async () => {
    const { administrator_id: id } = await server.adminOk('POST', '/administrators', {
      email: 'ada@example.com',
      access: 'view',
    })
    const viewer = await signInAs(server, String(id))
    expect(await viewer.html(path)).not.toContain('/extension"')
    expect((await viewer.get(`${path}/secrets/${await idOf()}/extension`)).status).toBe(403)
  })
})

it('says before a deletion whether the secret was used since there is a newer one', async () => {
  await server.token(client)
  server.clock.now += HOUR
  await nextOf({})
  const id = String((await secrets())[0]?.['secret_id'])
  const asked = textOf(await visitor.html(`${path}/secrets/${id}/deletion`))
  expect(asked).toContain('It was used 1 hour ago, not since the newest secret was created.')
})
