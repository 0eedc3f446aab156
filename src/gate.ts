import { DurableObject } from 'cloudflare:workers'
import { type ClientFacts, readClientFacts } from './storage/gates/client-facts.ts'
import { HeldFacts } from './storage/gates/held-facts.ts'

/**
 * The gate of one client: remembers what D1's primary said of it, and is told of each change before
 * that is acknowledged. It stores nothing, and decides nothing. See docs/gates.md.
 *
 * A host whose D1 binding has another name than `DB` says which:
 * `export class Gate extends GateOn<Env> { protected override database() { return this.env.AUTH_DB } }`
 */
export abstract class GateOn<Env> extends DurableObject<Env> {
  private held: HeldFacts<ClientFacts> | null = null

  protected abstract database(): D1Database

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

/** The class of the binding `GATES`: it reads the D1 binding `DB`. */
export class Gate extends GateOn<{ DB: D1Database }> {
  protected override database(): D1Database {
    return this.env.DB
  }
}

export type { GateBinding } from './storage/gates/gate-binding.ts'
