import type { Mailer } from '../../domain/mail.ts'
import type { EventPusher } from '../../domain/event-stream.ts'
import type { EventsWebhook } from '../../domain/events-webhook.ts'
import type { ReadJson } from '../../domain/remote-keys.ts'
import type { Database } from '../database.ts'
import type { GateCalls } from '../gates/gate-binding.ts'

/** The ways in which a request leaves the Worker. */
export type Outlets = {
  db: Database
  kv: KVNamespace
  mailer: Mailer
  eventsWebhook: EventsWebhook | null
  pusher: EventPusher
  readJson: ReadJson
  bucket: R2Bucket | null
  gates: GateCalls | null
}

/** The operations made so far, as Cloudflare counts them per invocation. */
export type OperationCount = { made: number }

/** Counts each operation before it is made: one that fails counts as well. */
export function countedIn(count: OperationCount): (outlets: Outlets) => Outlets {
  const add = (operations: number) => {
    count.made += operations
  }
  return ({ db, kv, mailer, eventsWebhook, pusher, readJson, bucket, gates }) => ({
    db: countedDatabase(db, add),
    kv: countedBinding(kv, add),
    bucket: bucket && countedBinding(bucket, add),
    gates: gates && countedBinding(gates, add),
    mailer: countedSending(mailer, add),
    eventsWebhook: eventsWebhook && countedSending(eventsWebhook, add),
    pusher: countedSending(pusher, add),
    readJson(url) {
      add(1)
      return readJson(url)
    },
  })
}

type Add = (operations: number) => void

/** Each statement of a batch counts. */
function countedDatabase(db: Database, add: Add): Database {
  return {
    rows(statement) {
      add(1)
      return db.rows(statement)
    },
    batch(statements) {
      add(statements.length)
      return db.batch(statements)
    },
    bytes: () => db.bytes(),
  }
}

/** A read of many keys counts once. */
function countedBinding<B extends object>(binding: B, add: Add): B {
  return new Proxy(binding, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        add(1)
        return Reflect.apply(value, target, args)
      }
    },
  })
}

function countedSending<S extends Mailer | EventsWebhook | EventPusher>(one: S, add: Add): S {
  const send = one.send as (message: unknown) => Promise<unknown>
  return {
    ...one,
    send(message: unknown) {
      add(1)
      return send(message)
    },
  }
}
