import { DurableObject } from 'cloudflare:workers'
import { type ClientFacts, readClientFacts } from './storage/gates/client-facts.ts'
import { HeldFacts } from './storage/gates/held-facts.ts'

/**
 * The gate of one client: remembers what D1's primary said of it, and is told of each change before
 * that is acknowledged. It stores nothing, and decides nothing. See docs/gates.md.
 */
class GateOn<Env> extends DurableObject<Env> {
  private held: HeldFacts<ClientFacts> | null = null

  protected database(): D1Database {
    throw new Error('a gate without a database')
  }

  facts(clientId: string, leaseMs: number): Promise<ClientFacts> {
    const read = () => readClientFacts(this.database(), clientId)
    this.held ??= new HeldFacts(read, () => Date.now())
    return this.held.facts(leaseMs)
  }

  invalidate(): void {
    this.held?.invalidate()
  }

  answers(): boolean {
    return true
  }
}

/**
 * The class of the binding `GATES`, for a host whose D1 binding has another name than `DB`:
 * `export class Gate extends gateOn<Env>((env) => env.AUTH_DB) {}`
 */
export function gateOn<Env>(database: (env: Env) => D1Database) {
  return class extends GateOn<Env> {
    protected override database(): D1Database {
      return database(this.env)
    }
  }
}

/** The class of the binding `GATES`: it reads the D1 binding `DB`. */
export class Gate extends gateOn<{ DB: D1Database }>((env) => env.DB) {}

export type { GateBinding } from './storage/gates/gate-binding.ts'
