import type { AuthServer, createAuthServer } from '../../../src/server.ts'
import type { WorkerEnv } from '../../../src/worker.ts'
import { type LocationKv, laggingKv } from '../../doubles/lagging-kv.ts'
import { type Mailbox, mailbox } from '../../doubles/mailbox.ts'
import { type SqliteD1, sqliteD1 } from '../../doubles/node/sqlite-d1.ts'
import { buildServer } from '../../world/build.ts'
import { API, BOOTSTRAP_TOKEN, ISSUER, KEY, KEYS } from '../../world/names.ts'
import type { GateParts } from '../gates/gates-double.ts'
import { d1WithFaults, emailWithFaults, Faults, kvWithFaults } from './faults.ts'
import { gatesWithFaults, type ModelGates, modelGates } from './gate-world.ts'

export { API, BOOTSTRAP_TOKEN, ISSUER, KEY }
export const MANAGERS = ['ada@example.com', 'bob@example.com']
export const LOCATIONS = 3
const START = Date.UTC(2027, 10, 22, 10) / 1000

export type CreateAuthServer = typeof createAuthServer

export type Json = Record<string, unknown>
export type Answer = { status: number; headers: Headers; body: Json; text: string }
export type Credentials = { id: string; secret: string }

const SETTINGS = {
  ...KEYS,
  BOOTSTRAP_TOKEN,
  ADMINISTRATORS: MANAGERS.join(','),
  MAIL_FROM: 'auth@example.com',
}

/** One place at which the server runs: its own memory, its own clock, what KV shows there. */
export type Location = { server: AuthServer<WorkerEnv>; env: WorkerEnv; skew: number }

/** The real server at three locations, on doubles that fail as they are told. */
export type World = {
  clock: { now: number }
  faults: Faults
  sqlite: SqliteD1
  kv: LocationKv[]
  mail: Mailbox
  at: Location[]
  /** The same server on the same D1 and KV, where nothing fails and the clock is right. */
  oracle: Location
  /** Every text that left the server, by where it may have no secret in it. */
  said: { where: string; text: string }[]
  /** Null where D1 is asked each time. */
  gates: ModelGates | null
  /** Runs at the very moment of the next request's answer, before the work behind it is done. */
  atAnswer: (() => Promise<void>) | null
}

/** `sql`: what is planted in the database; `gates`: of what they are made, where there are any. */
export type Make = { createAuthServer: CreateAuthServer; sql?: string[]; gates?: GateParts }

export function makeWorld(make: Make): World {
  const clock = { now: START }
  const sqlite = sqliteD1(() => clock.now)
  for (const text of make.sql ?? []) sqlite.rows(text)
  const kv = laggingKv(() => clock.now, LOCATIONS)
  const mail = mailbox()
  const faults = new Faults()
  const gates = make.gates ? modelGates(make.gates, { clock, sqlite, faults }) : null
  const rest = { gates, atAnswer: null }
  const base = { clock, sqlite, kv, mail, faults, said: [], at: [] as Location[], ...rest }
  // It sees the central store: a location of its own that is never asked for an entry by the guard.
  const world: World = { ...base, oracle: null as unknown as Location }
  world.oracle = oracleOf(make, world)
  for (let n = 0; n < LOCATIONS; n++) world.at.push(locationOf(make, world, n))
  return world
}

/** A fresh isolate there: it remembers nothing. */
export function locationOf(make: Make, world: World, n: number): Location {
  const kv = world.kv[n] as LocationKv
  const env = {
    DB: d1WithFaults(world.sqlite, world.faults),
    DENYLIST: kvWithFaults(kv, world.faults),
    EMAIL: emailOf(world),
    ...(world.gates && { GATES: gatesWithFaults(world.gates, world.faults) as never }),
    ...SETTINGS,
  }
  const location: Location = { server: null as never, env, skew: world.at[n]?.skew ?? 0 }
  location.server = serverOf(make, () => world.clock.now + location.skew)
  return location
}

/** `closed`: as a deployment with CLOSED is. */
export function oracleOf(make: Make, world: World, closed = false): Location {
  const env = {
    DB: world.sqlite.d1,
    DENYLIST: world.kv[0] as unknown as KVNamespace,
    EMAIL: emailOf(world),
    ...(world.gates && { GATES: world.gates.binding as never }),
    ...SETTINGS,
    CLOSED: String(closed),
  }
  return { server: serverOf(make, () => world.clock.now), env, skew: 0 }
}

function serverOf({ createAuthServer }: Make, now: () => number): Location['server'] {
  return buildServer({ now, statusLists: true }, createAuthServer)
}

function emailOf({ mail, clock, faults }: World): SendEmail {
  const email = emailWithFaults(mail.EMAIL, faults)
  const send = (message: never) => {
    mail.clock.now = clock.now
    return email.send(message)
  }
  return { send }
}

export async function must(asked: Promise<Answer>): Promise<Json> {
  const { status, text, body } = await asked
  if (status >= 300) throw new Error(`${status} ${text}`)
  return body
}

type Body = string | ReadableStream<Uint8Array>
type Sent = { method?: string; headers?: Record<string, string>; body?: Body }

/** One request, answered when the work behind the answer is done too. */
export async function ask(world: World, at: Location, path: string, init: Sent): Promise<Answer> {
  const work: Promise<unknown>[] = []
  const { atAnswer } = world
  world.atAnswer = null
  const context = { waitUntil: (one: Promise<unknown>) => void work.push(one), props: {} }
  const request = new Request(ISSUER + path, { ...init, duplex: 'half' } as RequestInit)
  const response = await at.server.app.fetch(request, at.env, context as never)
  const text = await response.text()
  await atAnswer?.()
  while (work.length > 0) await Promise.allSettled(work.splice(0))
  world.said.push({ where: `${init.method} ${path} ${response.status}`, text })
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const body = isJson ? (JSON.parse(text) as Json) : {}
  return { status: response.status, headers: response.headers, text, body }
}

export function admin(
  world: World,
  at: Location,
  method: string,
  path: string,
  body?: unknown,
  { bearer = BOOTSTRAP_TOKEN, key }: { bearer?: string; key?: string | null } = {},
): Promise<Answer> {
  const headers: Record<string, string> = { Authorization: `Bearer ${bearer}` }
  if (typeof key === 'string') headers['Idempotency-Key'] = key
  if (body === undefined) return ask(world, at, `/admin/v1${path}`, { method, headers })
  headers['Content-Type'] = 'application/json'
  return ask(world, at, `/admin/v1${path}`, { method, headers, body: JSON.stringify(body) })
}

export function form(
  world: World,
  at: Location,
  path: string,
  fields: Record<string, string>,
  /** Null where the client proves itself by the fields. */
  by: Credentials | null,
): Promise<Answer> {
  const headers = {
    ...(by && { Authorization: `Basic ${btoa(`${by.id}:${by.secret}`)}` }),
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  const body = new URLSearchParams(fields).toString()
  return ask(world, at, path, { method: 'POST', headers, body })
}

/** Whether the run went through. */
export async function cron(at: Location): Promise<boolean> {
  const work: Promise<unknown>[] = []
  const context = { waitUntil: (one: Promise<unknown>) => void work.push(one) }
  try {
    await at.server.scheduled({}, at.env, context)
    return true
  } catch {
    return false
  } finally {
    await Promise.allSettled(work)
  }
}
