import type { Client } from '../../support/node/harness.ts'

/**
 * The certain facts about a client that is suspended and resumed all the while: from an answer to
 * the next request.
 */
export class Churned {
  readonly client: Client
  /** Tokens that live long, issued before anything began. */
  readonly tokens: string[] = []
  private suspended = { from: Infinity, until: Infinity }
  private active = { from: 0, until: Infinity }

  constructor(client: Client) {
    this.client = client
  }

  async suspend(send: () => Promise<void>): Promise<void> {
    this.active.until = performance.now()
    await send()
    this.suspended = { from: performance.now(), until: Infinity }
  }

  async resume(send: () => Promise<void>): Promise<void> {
    this.suspended.until = performance.now()
    await send()
    this.active = { from: performance.now(), until: Infinity }
  }

  /**
   * The state that held throughout a request; null if it changed meanwhile. Asked before it began,
   * and after.
   */
  watch(): () => 'suspended' | 'active' | null {
    const start = performance.now()
    const [suspended, active] = [this.suspended, this.active]
    return () => {
      const end = performance.now()
      if (suspended.from <= start && end < suspended.until) return 'suspended'
      return active.from <= start && end < active.until ? 'active' : null
    }
  }
}
