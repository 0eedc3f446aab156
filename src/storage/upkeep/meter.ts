import type { Mailer } from '../../domain/mail.ts'
import type { Database } from '../database.ts'

/** The number of operations actually made, as the platform counts them per invocation. */
export type Meter = { spent: number }

/** Counts each statement of a batch. */
export function meteredDatabase(db: Database, meter: Meter): Database {
  return {
    rows(statement) {
      meter.spent += 1
      return db.rows(statement)
    },
    batch(statements) {
      meter.spent += statements.length
      return db.batch(statements)
    },
    bytes: () => db.bytes(),
  }
}

/** A read of many keys counts once, as it does for the platform. */
export function meteredKv(kv: KVNamespace, meter: Meter): KVNamespace {
  return new Proxy(kv, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        meter.spent += 1
        return Reflect.apply(value, target, args)
      }
    },
  })
}

export function meteredMailer(mailer: Mailer, meter: Meter): Mailer {
  return {
    ...mailer,
    send(mail) {
      meter.spent += 1
      return mailer.send(mail)
    },
  }
}
