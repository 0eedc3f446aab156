import { decodeJwt } from 'jose'
import { laggingKv, type LocationKv } from '../../doubles/lagging-kv.ts'
import { sqliteD1, type Snapshot } from '../../doubles/node/sqlite-d1.ts'
import { isWrite } from '../../doubles/faults.ts'
import { API } from '../../world/names.ts'
import { isolateOf, type Client, type Isolate, KEY, ok, siteOf } from '../races/isolate.ts'
import { type Visitor, visitorBy } from '../visitor.ts'
import { gatesDouble, type GatesModule, type Network } from './gates-double.ts'
import { VirtualTime } from './virtual-time.ts'

const NOW = Date.UTC(2026, 10, 22, 10)
/** Where requests are answered; behind them, from where changes are made. */
export const LOCATIONS = 3
const PLACES = 5
/** Conditions that a history sets, and that its end undoes. */
export type Weather = {
  d1Delay: () => number
  d1Fault: (isWrite: boolean, who: string) => 'throws' | 'throws after commit' | 'hangs' | null
  /** How much faster or slower than true time the clock of an object goes, and how far it is off. */
  rateOf: (gate: string) => number
  network: (location: number) => Network
}

const CALM: Weather = {
  d1Delay: () => 1,
  d1Fault: () => null,
  rateOf: () => 1,
  network: () => ({ fault: () => null, delay: () => 1 }),
}

export type Subject = {
  client: Client
  token: string
  jti: string
  generation: number
  roleId: string
  /** An administrator who is signed in to the console. */
  visitor: Visitor
}

/** The real server at three locations, one D1, the objects of its gates, and time of its own. */
export async function gatesWorld(module: GatesModule) {
  const time = new VirtualTime(NOW)
  const undo = time.install()
  const sqlite = sqliteD1(() => Math.floor(time.now / 1000))
  const newKv = () => laggingKv(() => Math.floor(time.now / 1000), PLACES)
  let kv = newKv()
  let weather = CALM

  const d1As = (who: string) =>
    sqlite.binding(async (texts, run) => {
      const fault = weather.d1Fault(isWrite({ texts }), who)
      if (fault === 'throws') throw new Error('injected: never arrived')
      if (fault === 'hangs') return new Promise<never>(() => {})
      await time.sleep(weather.d1Delay())
      const answer = await run()
      await time.sleep(weather.d1Delay())
      if (fault === 'throws after commit') throw new Error('injected: the answer was lost')
      return answer
    })
  const clockOf = (name: string) => NOW + (time.now - NOW) * weather.rateOf(name)
  const sleep = (ms: number) => time.sleep(ms)
  const objects = gatesDouble({ module, d1: d1As('gate'), clockOf, sleep })
  const site = siteOf(module as never, () => Math.floor(time.now / 1000))

  const bindingsAt = (at: number) => {
    const binding = objects.binding({
      fault: (call) => weather.network(at).fault(call),
      delay: (call) => weather.network(at).delay(call),
    })
    return {
      DB: d1As(`worker ${at}`),
      DENYLIST: latest(() => kv[at] as LocationKv),
      GATES: binding,
    }
  }
  const isolates = Array.from({ length: PLACES }, (_, at) =>
    isolateOf(site, bindingsAt(at) as never),
  )
  /** One more, of a deployment with CLOSED. */
  const closed = isolateOf(site, { ...bindingsAt(0), CLOSED: 'true' } as never)
  const here = isolates[0] as Isolate
  const calm = <T>(work: Promise<T>) => time.until(work)

  const permissions = ['invoices:read'].map((permission) => ({ audience: API, permission }))
  await calm(
    ok(
      here.admin('POST', '/apis', {
        audience: API,
        name: 'Billing',
        permissions: [{ permission: 'invoices:read' }],
      }),
    ),
  )
  const caller = asClient(
    await calm(
      ok(
        here.admin('POST', '/clients', {
          client_name: 'observer',
          permissions: [{ audience: API, permission: 'tokens:introspect' }],
        }),
      ),
    ),
  )
  await calm(ok(here.token(caller)))

  /** A client whose one permission comes by a role of its own, and a token of it. */
  async function subject(): Promise<Subject> {
    const role = await ok(here.admin('POST', '/roles', { name: `Role ${time.now}`, permissions }))
    const roleId = String(role['role_id'])
    const client = asClient(
      await ok(here.admin('POST', '/clients', { client_name: 'subject', roles: [roleId] })),
    )
    const { access_token } = await ok(here.token(client))
    const { jti, gen } = decodeJwt<{ jti: string; gen: number }>(String(access_token))
    const visitor = await signedIn()
    return { client, token: String(access_token), jti, generation: gen, roleId, visitor }
  }
  async function signedIn(): Promise<Visitor> {
    const email = 'ada@example.com'
    const made = await ok(here.admin('POST', '/administrators', { email, access: 'manage' }))
    const administratorId = String(made['administrator_id'])
    const at = Math.floor(time.now / 1000)
    const { visitor, sql } = await visitorBy(KEY, { administratorId, email, at, until: at + 3600 })
    sqlite.rows(sql)
    return visitor
  }
  const made = await calm(subject())
  const start: Snapshot = sqlite.snapshot()
  const startedAt = time.now + 120_000

  return {
    time,
    sqlite,
    isolates,
    closed,
    caller,
    objects,
    subject: made,
    setWeather: (next: Weather | null) => void (weather = next ?? CALM),
    /** Everything as it was before the first history. */
    begin() {
      weather = CALM
      kv = newKv()
      sqlite.rewind(start)
      for (const { id } of [made.client, caller]) objects.restart(id)
      // The same moment for each history: the token would expire in the course of them.
      time.restart(startedAt)
    },
    close: undo,
  }
}

/** A binding that is replaced beneath those who have it. */
function latest<T extends object>(of: () => T): T {
  return new Proxy({} as T, { get: (_, name) => Reflect.get(of(), name) as unknown })
}

export type GatesWorld = Awaited<ReturnType<typeof gatesWorld>>

function asClient(body: Record<string, unknown>): Client {
  return { id: String(body['client_id']), secret: String(body['client_secret']) }
}
