import { env } from 'cloudflare:workers'
import { DAY, HOUR, isoTime, MINUTE, type Seconds } from '../../src/domain/time.ts'
import { type Fault, faultyD1, type Plan } from '../doubles/faults.ts'
import type { Mode } from '../doubles/mailbox.ts'
import { type Json, testServer } from '../support/server.ts'
import type { Action } from './reminder-actions.ts'
import { dueSecret, type KnownClient, type KnownSecret } from './reminder-rule.ts'

/** 2026-11-22T12:00:00Z, a Sunday. */
export const NOON: Seconds = Date.UTC(2026, 10, 22, 12) / 1000
export const FROM = 'gate@example.com'

/** So that most runs have something to send from their first action on. */
const FIRST: Action[] = [
  { kind: 'administrator', who: 0, access: 'manage' },
  { kind: 'client', days: 13, remind: true },
  { kind: 'client', days: 13, remind: true },
]

const dateIn = (now: Seconds, days: number) => isoTime(now + days * DAY).slice(0, 10)
const NO_FAULTS: Plan = () => null
const addressOf = (who: number) => `administrator${who}@example.com`
const HANDOVER = /UPDATE portcullis_reminders AS r SET sending_at/

/**
 * A server, its mail provider, and what must be true of the two. Whatever is not is a line in
 * `problems`: an error thrown inside a provider would be its refusal.
 */
export function reminderWorld(way: 'email' | 'webhook', days = [14], others: string[] = []) {
  let plan: Plan = NO_FAULTS
  let mode: Mode = 'accepts'
  let clients: KnownClient[] = []
  let made = 0
  let messages = 0
  let problems: string[] = []
  /** The run that is being killed: whether D1 is out of its reach, and what becomes of its mail. */
  let killing: { isDead: boolean; isAccepted: boolean } | null = null
  /** How many messages a recipient got from the one run that is going on. */
  let ofRun: Map<string, number> | null = null
  const managers = new Map<string, { id: string; access: string }>()
  /** The messages or idempotency keys that were accepted for each (secret, recipient). */
  const acceptances = new Map<string, Set<string>>()
  /** Those whose outcome the server cannot know. */
  const doubtful = new Set<string>()
  /** Those that were accepted, or may have been. */
  const finished = new Set<string>()
  const keys = new Set<string>()
  /** Those of a message of which the server cannot know whether a webhook got it. */
  const lost = new Set<string>()

  const pairsDue = (): string[] =>
    clients.flatMap((client) => {
      const due = dueSecret(client, server.clock.now, days)
      if (!due) return []
      const people = [...managers].filter(([, { access }]) => access === 'manage')
      const all = new Set([...people.map(([email]) => email), ...client.contacts, ...others])
      return [...all].map((email) => `${due.secretId} at ${due.at} to ${email}`)
    })

  /** The pairs that a message is about, all of them due at this moment. */
  function read(to: string, text: string): string[] {
    const due = new Set(pairsDue())
    const found = [...text.matchAll(/Client ID: (\S+)\n {2}Secret: …(\S+)\n/g)]
    if (found.length === 0) problems.push(`a mail about nothing: ${text}`)
    return found.map(([, clientId, hint]) => {
      const known = clients.find(({ client }) => client.id === clientId)
      const secret = known?.secrets.find((one) => one.hint === hint)
      const at = known && dueSecret(known, server.clock.now, days)?.at
      const pair = `${secret?.secretId ?? `unknown secret of ${clientId}`} at ${at} to ${to}`
      if (!due.has(pair)) problems.push(`${pair}: handed over when it was not due`)
      return pair
    })
  }

  function modeNow(): Mode {
    if (!killing?.isDead) return mode
    return killing.isAccepted ? 'loses the answer' : 'loses the request'
  }

  function count(to: string): void {
    if (!ofRun) return
    const number = (ofRun.get(to) ?? 0) + 1
    ofRun.set(to, number)
    if (number > 1) problems.push(`${to}: ${number} messages of one run`)
  }

  function accept(pairs: string[], key: string): void {
    for (const pair of pairs) {
      const before = acceptances.get(pair) ?? new Set()
      acceptances.set(pair, before.add(key))
      if (before.size > 1) problems.push(`${pair}: accepted ${before.size} times`)
    }
  }

  async function send({ to, text }: { to: string; text: string }) {
    const pairs = read(to, text)
    count(to)
    for (const pair of pairs) {
      if (finished.has(pair)) problems.push(`${pair}: handed over again`)
      if (killing) doubtful.add(pair)
    }
    // A provider takes its time; runs at the same time go on meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 1))
    const does = modeNow()
    if (does === 'refuses') throw new Error('over the daily limit')
    for (const pair of pairs) {
      finished.add(pair)
      if (does !== 'accepts') doubtful.add(pair)
    }
    if (does === 'loses the request') throw new Error('Network connection lost.')
    accept(pairs, `message ${++messages}`)
    if (does === 'loses the answer') throw new Error('Network connection lost.')
    return { messageId: `message ${messages}` }
  }

  /** A receiver that takes one message for one key, as docs/configuration.md asks of it. */
  async function fetchWebhook(_url: unknown, init: RequestInit): Promise<Response> {
    const { to, text } = JSON.parse(init.body as string) as { to: string; text: string }
    const key = new Headers(init.headers).get('Idempotency-Key') ?? 'none'
    const pairs = read(to, text)
    count(to)
    await new Promise((resolve) => setTimeout(resolve, 1))
    const does = modeNow()
    if (does === 'refuses') return new Response(null, { status: 503 })
    if (killing || does.startsWith('loses')) for (const pair of pairs) lost.add(pair)
    if (does === 'loses the request') throw new Error('Network connection lost.')
    if (!keys.has(key)) accept(pairs, key)
    keys.add(key)
    if (does === 'loses the answer') throw new Error('Network connection lost.')
    return new Response(null, { status: 202 })
  }

  const mail =
    way === 'email'
      ? { EMAIL: { send } as unknown as SendEmail }
      : {
          MAIL_WEBHOOK_URL: 'https://mail.example/send',
          MAIL_WEBHOOK_SECRET: 'a-secret-of-the-tests-that-protects-nothing',
        }
  const DB = faultyD1(env.DB, (call) => plan(call))
  const rules = { reminderDays: days, reminderRecipients: others.join() }
  const server = testServer({ now: NOON, ...rules, env: { DB, MAIL_FROM: FROM, ...mail } })

  async function oneCron(): Promise<void> {
    ofRun = new Map()
    await server.cron()
    ofRun = null
  }

  /** A run whose calls go wrong as `faultAt` says. */
  async function faultyCron(faultAt: (number: number) => Fault | null): Promise<void> {
    let number = 0
    plan = ({ texts }) => {
      const fault = faultAt(++number)
      const isHandover = texts.some((text) => HANDOVER.test(text))
      // Recorded as handed over but never handed over: the server cannot tell.
      if (isHandover && fault === 'throws after commit') {
        for (const pair of pairsDue()) (way === 'email' ? doubtful : lost).add(pair)
      }
      return fault
    }
    ofRun = new Map()
    // A failed step makes the cron throw, which does not matter here.
    await server.cron().catch(() => undefined)
    plan = NO_FAULTS
    ofRun = null
  }

  async function killedCron(action: Action & { kind: 'killed cron' }): Promise<void> {
    const { calls, isCommitted, isAccepted } = action
    const run = { isDead: false, isAccepted }
    killing = run
    await faultyCron((number) => {
      if (number < calls) return null
      run.isDead = true
      return number === calls && isCommitted ? 'throws after commit' : 'throws'
    })
    killing = null
  }

  async function addClient(days: number, remind: boolean): Promise<void> {
    if (clients.length === 3) return
    const secret = { expires_on: dateIn(server.clock.now, days), remind }
    // One is an administrator now and then, and one of the others.
    const isTold = others.length > 0 && clients.length % 2 === 0
    const contacts = isTold ? [addressOf(1), 'ops@example.com', ...others] : []
    const client = await server.client({}, { client_name: `client ${++made}`, secret, contacts })
    const secrets = client.body['secrets'].map(known)
    clients.push({ client, isSuspended: false, secrets, contacts })
  }

  async function addSecret(
    of: KnownClient,
    action: Action & { kind: 'secret' },
    now: Seconds,
  ): Promise<void> {
    const isLive = (secret: KnownSecret) => now < (secret.retiresAt ?? secret.expiresAt)
    if (of.secrets.filter(isLive).length === 5) return
    const { days, remind, retire } = action
    const body = await server.adminOk('POST', `/clients/${of.client.id}/secrets`, {
      expires_on: dateIn(now, days),
      remind,
      ...(retire === null ? {} : { retire_others_in: retire }),
    })
    if (retire !== null) {
      for (const secret of of.secrets.filter(isLive)) {
        secret.retiresAt = Math.min(now + retire, secret.retiresAt ?? secret.expiresAt)
      }
    }
    of.secrets.push(known(body))
  }

  async function deleteNewest(of: KnownClient, now: Seconds): Promise<void> {
    of.secrets = of.secrets.filter(({ retiresAt }) => retiresAt === null || retiresAt > now)
    const newest = of.secrets.pop()
    if (newest) {
      await server.adminOk('DELETE', `/clients/${of.client.id}/secrets/${newest.secretId}`)
    }
  }

  async function setAdministrator(who: number, access: 'manage' | 'view' | null): Promise<void> {
    const email = addressOf(who)
    const old = managers.get(email)
    managers.delete(email)
    const path = `/administrators/${old?.id}`
    if (access === null) {
      if (old) await server.adminOk('DELETE', path)
    } else if (old) {
      if (old.access !== access) await server.adminOk('PATCH', path, { access })
      managers.set(email, { id: old.id, access })
    } else {
      const body = await server.adminOk('POST', '/administrators', { email, access })
      managers.set(email, { id: String(body['administrator_id']), access })
    }
  }

  async function outage(): Promise<void> {
    mode = 'refuses'
    for (let hour = 0; hour <= 25; hour += 5) {
      await oneCron()
      server.clock.now += hour < 25 ? 5 * HOUR : 0
    }
    mode = 'accepts'
  }

  async function act(action: Action): Promise<void> {
    const now = server.clock.now
    const client = 'of' in action ? clients[action.of % clients.length] : undefined
    switch (action.kind) {
      case 'wait':
        server.clock.now += action.seconds
        return
      case 'crons':
        mode = action.mode
        server.clock.now += action.after
        if (action.count === 1) await oneCron()
        else await Promise.all(Array.from({ length: action.count }, () => server.cron()))
        mode = 'accepts'
        return
      case 'killed cron':
        return killedCron(action)
      case 'cron with a hiccup':
        return faultyCron((number) => (number === action.call ? action.fault : null))
      case 'outage of 25 hours':
        return outage()
      case 'client':
        return addClient(action.days, action.remind)
      case 'secret':
        return client && addSecret(client, action, now)
      case 'newest deleted':
        return client && deleteNewest(client, now)
      case 'client deleted':
        clients = clients.filter((other) => other !== client)
        if (client) await server.adminOk('DELETE', `/clients/${client.client.id}`)
        return
      case 'suspended':
        if (client && !client.isSuspended) await server.suspend(client.client)
        if (client) client.isSuspended = true
        return
      case 'resumed':
        if (client?.isSuspended) await server.resume(client.client)
        if (client) client.isSuspended = false
        return
      case 'administrator':
        return setAdministrator(action.who, action.access)
    }
  }

  async function begin(): Promise<void> {
    mode = 'accepts'
    for (const { client } of clients) await server.adminOk('DELETE', `/clients/${client.id}`)
    for (const who of [0, 1, 2]) await setAdministrator(who, null)
    await env.DB.exec('DELETE FROM portcullis_reminders')
    server.clock.now = NOON
    clients = []
    problems = []
    for (const set of [acceptances, doubtful, finished, keys, lost]) set.clear()
  }

  /**
   * A message in doubt goes again without reminders that are no longer to be sent. If one of those
   * is to be sent later after all, it cannot be known whether it has been.
   */
  function noteInterrupted(): void {
    const due = new Set(pairsDue())
    for (const pair of lost) if (!due.has(pair)) doubtful.add(pair)
  }

  /** All is well again, and the cron runs for longer than anything waits. */
  async function settle(): Promise<void> {
    mode = 'accepts'
    for (const span of [0, 20 * MINUTE, 70 * MINUTE, 6 * HOUR, MINUTE]) {
      server.clock.now += span
      await oneCron()
    }
  }

  /** Everything due has been accepted, or is shown as uncertain. */
  async function expectDone(): Promise<void> {
    let unknown = 0
    for (const pair of pairsDue().filter((one) => !acceptances.has(one))) {
      const secret = await shown(pair)
      unknown += 1
      if (!doubtful.has(pair)) problems.push(`${pair}: never accepted`)
      else if (!secret['reminder_error']) problems.push(`${pair}: uncertain, and not shown`)
    }
    for (const pair of pairsDue().filter((one) => acceptances.has(one) && !doubtful.has(one))) {
      if (!(await shown(pair))['reminded_at']) problems.push(`${pair}: sent, and not shown as sent`)
    }
    const { reminders_uncertain: uncertain } = await pendingOf(server)
    if (uncertain < unknown || uncertain > doubtful.size) {
      problems.push(`${uncertain} uncertain, of ${unknown} to ${doubtful.size}`)
    }
  }

  async function shown(pair: string): Promise<Json> {
    const secretId = pair.split(' ')[0]
    const owner = clients.find(({ secrets }) => secrets.some((one) => one.secretId === secretId))
    const { data } = await server.adminOk('GET', `/clients/${owner?.client.id}/secrets`)
    return data.find((secret: Json) => secret['secret_id'] === secretId)
  }

  /** The violations found while these things happened, and after everything worked again. */
  async function problemsOf(actions: Action[]): Promise<string[]> {
    await begin()
    for (const action of [...FIRST, ...actions]) {
      await act(action)
      noteInterrupted()
    }
    await settle()
    await expectDone()
    return problems
  }

  return { server, problemsOf, fetchWebhook, accepted: () => acceptances.size }
}

function known(body: Json): KnownSecret {
  return {
    secretId: String(body['secret_id']),
    hint: String(body['hint']),
    expiresAt: Date.parse(String(body['expires_at'])) / 1000,
    retiresAt: null,
    remind: Boolean(body['remind']),
  }
}

/** The pending work that /health shows to an administrator. */
export async function pendingOf(server: ReturnType<typeof testServer>): Promise<Json> {
  const headers = { Authorization: `Bearer ${env.BOOTSTRAP_TOKEN}` }
  const health = await (await server.send('/health', { headers })).json<Json>()
  return health['pending'] as Json
}
