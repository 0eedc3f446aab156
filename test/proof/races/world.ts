import { laggingKv, type LocationKv } from '../../doubles/lagging-kv.ts'
import { mailbox } from '../../doubles/mailbox.ts'
import { type Snapshot, sqliteD1 } from '../../doubles/node/sqlite-d1.ts'
import type { GateBinding } from '../../../src/storage/gates/gate-binding.ts'
import { type GateParts, gatesDouble } from '../gates/gates-double.ts'
import type { ServerModule } from '../build.ts'
import type { State } from './operations.ts'
import { type Isolate, isolateOf, type Site, siteOf } from './isolate.ts'
import type { ActorScheduler } from './scheduler.ts'

export const NOW = Date.UTC(2026, 10, 22, 10, 0, 0) / 1000
/** Long past by NOW: KV takes another write to a key by then, and every location looks it up anew. */
const BEFORE = NOW - 3600

export const LOCATIONS = 3

/** All that is stored, at a moment. */
export type Stored = { d1: Snapshot; kv: Map<string, [value: string, metadata: unknown]> }

/** One event of the audit log: whose it is, and of which request. */
export type Logged = { seq: number; action: string; actorId: string; requestId: string }

export type Put = { key: string; version: number }

/** One D1, one KV with three locations, a mail provider and a clock; and isolates that work on them. */
export class World {
  readonly clock = { now: BEFORE }
  readonly sqlite = sqliteD1(() => this.clock.now)
  readonly box = mailbox()
  /** The writes of entries that KV took, in their order. */
  puts: Put[] = []
  /** The senders of the mails, in order. */
  senders: string[] = []
  /** Whether KV refuses every write. */
  isKvDown = false
  private readonly central = new Map<string, [value: string, metadata: unknown]>()
  private watched: Watched | null = null
  private kv: LocationKv[] = []
  private readonly scheduler: ActorScheduler
  private readonly site: Site
  /** Isolates live on from race to race, as they do from request to request. */
  private idle: Member[] = []
  private busy: Member[] = []

  /** The objects of gates; null where D1 is asked each time. */
  private readonly objects: ReturnType<typeof gatesDouble> | null

  constructor(scheduler: ActorScheduler, module: ServerModule, gates: GateParts | null = null) {
    this.scheduler = scheduler
    this.objects = gates && this.objectsOf(gates)
    this.site = siteOf(module, () => this.clock.now)
    this.newKv(true)
  }

  /** An isolate at a location, whose every call waits for the scheduler under the actor's name. */
  isolate(actor: string, location: number): Isolate {
    const member = this.idle.pop() ?? this.newMember()
    Object.assign(member.role, { actor, location })
    this.busy.push(member)
    return member.isolate
  }

  private newMember(): Member {
    const { scheduler, sqlite, box } = this
    const role = { actor: '', location: 0 }
    const send = (mail: unknown) =>
      scheduler.call(role.actor, 'mail', () => {
        this.senders.push(role.actor)
        return box.EMAIL.send(mail)
      })
    const email: unknown = { send }
    const isolate = isolateOf(this.site, {
      DB: sqlite.binding((texts, run) =>
        scheduler.call(role.actor, labelOf(texts), () => this.watching(texts, run)),
      ),
      DENYLIST: this.denylist(role),
      EMAIL: email as SendEmail,
      MAIL_FROM: 'portcullis@example.com',
      ...(this.objects && { GATES: this.gatesFor(role, this.objects) as never }),
    })
    return { role, isolate }
  }

  get hasGates(): boolean {
    return this.objects !== null
  }

  /** A gate's own reads of D1 wait for the scheduler like the calls of an actor. */
  private objectsOf(module: GateParts) {
    const d1 = this.sqlite.binding((texts, run) =>
      this.scheduler.call('gate', labelOf(texts), () => this.watching(texts, run)),
    )
    const clockOf = () => this.clock.now * 1000 + this.scheduler.waited
    return gatesDouble({ module, d1, clockOf, sleep: () => Promise.resolve() })
  }

  private gatesFor(role: Member['role'], objects: ReturnType<typeof gatesDouble>): GateBinding {
    const binding = objects.binding({ fault: () => null, delay: () => 0 })
    const calling = <T>(name: string, run: () => Promise<T>) =>
      this.scheduler.call(role.actor, `gate ${name}`, run)
    return {
      idFromName: (name) => name,
      get(id) {
        const gate = binding.get(String(id))
        return {
          facts: (...args) => calling('facts', () => gate.facts(...args)),
          invalidate: () => calling('invalidate', () => gate.invalidate()),
          answers: () => gate.answers(),
        }
      },
    }
  }

  private denylist(role: Member['role']): KVNamespace {
    const kv = () => this.at(role.location)
    const calling =
      <A extends unknown[], T>(name: string, run: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> =>
        this.scheduler.call(role.actor, `KV ${name}`, () => run(...args))
    const put: LocationKv['put'] = async (key, value, options) => {
      if (this.isKvDown) throw new Error('KV PUT failed: 500')
      await kv().put(key, value, options)
      this.central.set(key, [value, options?.metadata])
      const { version } = JSON.parse(value) as { version?: number }
      if (version !== undefined) this.puts.push({ key, version })
    }
    const get = calling('get', (...args: unknown[]) =>
      (kv().get as (...of: unknown[]) => Promise<unknown>)(...args),
    )
    const list = calling('list', (options: Parameters<LocationKv['list']>[0]) => kv().list(options))
    const binding: unknown = { get, put: calling('put', put), list }
    return binding as KVNamespace
  }

  /** The denylist's entry of a client at a location. */
  async entry(clientId: string, location: number): Promise<unknown> {
    return this.at(location).get(`client:${clientId}`, 'json')
  }

  /** Watches that the version of this client's entry only grows in D1 (INV-10). */
  watch(clientId: string): void {
    this.watched = { clientId, version: this.versionOf(clientId), problems: [] }
  }

  versionProblems(): string[] {
    return this.watched?.problems ?? []
  }

  private async watching<T>(texts: string[], run: () => Promise<T>): Promise<T> {
    const answer = await run()
    if (!this.watched || texts.length === 1) return answer
    const { clientId, version, problems } = this.watched
    const now = this.versionOf(clientId)
    if (now < version) problems.push(`version ${now} after ${version}`)
    this.watched.version = now
    return answer
  }

  private versionOf(clientId: string): number {
    const [row] = this.sqlite.rows<{ version: number }>(entrySql(clientId))
    return row?.version ?? -1
  }

  /** The entry that D1 calls for in the denylist; null if there is nothing to publish. */
  entryByD1(clientId: string): unknown {
    type Row = { version: number; suspended: number; generation: number }
    const [row] = this.sqlite.rows<Row>(entrySql(clientId))
    if (!row || row.version === 0) return null
    const revoked = this.sqlite.rows<{ jti: string }>(
      `SELECT jti FROM portcullis_revoked_tokens WHERE client_id = '${clientId}' ORDER BY jti`,
    )
    return { ...row, suspended: row.suspended === 1, revoked: revoked.map(({ jti }) => jti) }
  }

  /** D1's state of a client. */
  stateOf(clientId: string): State {
    const [row] = this.sqlite.rows<{ generation: number; suspended: number; live: number }>(
      `SELECT generation, suspended_at IS NOT NULL AS suspended, (
         SELECT count(*) FROM portcullis_secrets s WHERE s.client_id = c.client_id
         AND kind = 'secret' AND expires_at > ${this.clock.now}) AS live
       FROM portcullis_clients c WHERE client_id = '${clientId}'`,
    )
    const scopes = this.sqlite.rows<{ permission: string }>(
      `SELECT permission FROM portcullis_client_permissions
       JOIN portcullis_permissions p ON p.id = permission_id
       WHERE client_id = '${clientId}' ORDER BY permission`,
    )
    return {
      isSuspended: row?.suspended === 1,
      isDeleted: !row,
      generation: row?.generation ?? 0,
      scope: scopes.map(({ permission }) => permission).join(' '),
      liveSecrets: row?.live ?? 0,
      publicKeys: this.publicKeys(clientId),
      used: this.used(),
      revoked: this.revoked(clientId),
      refused: null,
    }
  }

  private publicKeys(clientId: string): string[] {
    const rows = this.sqlite.rows<{ kid: string }>(
      `SELECT material ->> 'kid' AS kid FROM portcullis_secrets
       WHERE client_id = '${clientId}' AND kind = 'public_key' ORDER BY kid`,
    )
    return rows.map(({ kid }) => kid)
  }

  private used(): number[] {
    const rows = this.sqlite.rows<{ at: number }>(
      'SELECT expires_at AS at FROM portcullis_used_assertions ORDER BY at',
    )
    return rows.map(({ at }) => at)
  }

  private revoked(clientId: string): string[] {
    const rows = this.sqlite.rows<{ id: string }>(
      `SELECT jti AS id FROM portcullis_revoked_tokens WHERE client_id = '${clientId}'
       UNION ALL SELECT kid FROM portcullis_signing_keys WHERE revoked_at IS NOT NULL ORDER BY id`,
    )
    return rows.map(({ id }) => id)
  }

  lastEvent(): number {
    return this.sqlite.rows<{ seq: number }>('SELECT seq FROM portcullis_ledger_head')[0]?.seq ?? 0
  }

  /** The audit log's events since the given one: each with its request. */
  events(since: number): string[] {
    return this.log(since).map(({ action, requestId }) => `${action} ${requestId}`)
  }

  log(since: number): Logged[] {
    return this.sqlite.rows<Logged>(
      `SELECT seq, action, actor_id AS actorId, request_id AS requestId
       FROM portcullis_audit_events WHERE seq > ${since} ORDER BY seq`,
    )
  }

  private at(location: number): LocationKv {
    const kv = this.kv.at(location)
    if (!kv) throw new Error(`no location ${location}`)
    return kv
  }

  private newKv(limitsWrites: boolean): void {
    this.kv = laggingKv(() => this.clock.now, LOCATIONS, { limitsWrites })
  }

  stored(): Stored {
    return { d1: this.sqlite.snapshot(), kv: new Map(this.central) }
  }

  /** Everything as it was then, an hour ago, and nothing of what was done since; isolates remember if `isWarm`. */
  async restore({ d1, kv }: Stored, { limitsWrites, isWarm, minutes }: Conditions): Promise<void> {
    this.clock.now = BEFORE
    this.idle = isWarm ? [...this.idle, ...this.busy] : []
    this.busy = []
    this.newKv(limitsWrites)
    const central = this.at(0)
    this.central.clear()
    for (const [key, [value, metadata]] of kv) {
      await central.put(key, value, { metadata })
      this.central.set(key, [value, metadata])
    }
    this.clock.now = NOW + 60 * minutes
    this.sqlite.rewind(d1)
    this.objects?.restartAll()
    this.puts = []
    this.senders = []
    this.watched = null
    this.box.mails.length = 0
    this.box.mode = 'accepts'
  }
}

/** In which a race is run: `minutes` after NOW. */
export type Conditions = { limitsWrites: boolean; isWarm: boolean; minutes: number }

/** An isolate, and whose part it plays. */
type Member = { role: { actor: string; location: number }; isolate: Isolate }

type Watched = { clientId: string; version: number; problems: string[] }

const entrySql = (clientId: string) => `
  SELECT denylist_version AS version, suspended_at IS NOT NULL AS suspended, generation
  FROM portcullis_clients WHERE client_id = '${clientId}'
  UNION ALL SELECT denylist_version, 1, generation
  FROM portcullis_deleted_clients WHERE client_id = '${clientId}'`

/** A statement by its verb and table, as a schedule that failed shows it. */
function labelOf(texts: string[]): string {
  const [first = ''] = texts
  const table = /portcullis_(\w+)/.exec(first)?.[1] ?? ''
  return `${first.trimStart().slice(0, 6)} ${table}${texts.length > 1 ? ` and ${texts.length - 1} more` : ''}`
}
