import { clientIn, scopeOf, type State, type Token } from './expected.ts'
import { LEASE_MS } from './gate-world.ts'
import type { Run } from './run.ts'
import { require } from './violation.ts'
import { type Location, LOCATIONS } from './world.ts'

// Gates answer what is true, from the answer to a change on. Behind a change that was committed and not
// answered, a gate may know for a lease what was before.

/** A state that a gate may still know, but for the clients whose gates were told since. */
export type Doubt = { state: State; until: number; told: Set<string> }

export type Told = string[] | 'everybody'

/** The state before a change that was committed, and of which no answer told. */
export function noteDoubt({ world: { gates }, doubts }: Run, state: State): void {
  if (gates) doubts.push({ state, until: gates.now() + LEASE_MS, told: new Set() })
}

/** An answer spoke of these clients: nothing of what was before is known of them. */
export function settle(run: Run, told: Told): void {
  if (told === 'everybody') run.doubts = []
  else for (const doubt of run.doubts) for (const id of told) doubt.told.add(id)
}

/** The states by which a request may be answered that a gate of this client serves: the true one first. */
export function possible({ state, doubts, world: { gates } }: Run, clientId: string): State[] {
  const now = gates?.now() ?? 0
  const older = doubts.filter(({ until, told }) => until >= now && !told.has(clientId))
  return [state, ...older.map((doubt) => doubt.state)]
}

export type Said = { active: boolean; scope?: unknown }
export type Heard = { token: Token; at: Location; said: Said }

/** Asks elsewhere, at the very moment of an answer, about the newest token of each client. */
export async function hear({ tokens, world, steps }: Run, heard: Heard[]): Promise<void> {
  // A right that is lost later would make the answers those to another question.
  if (world.faults.isToInterrupt) return
  const at = world.at[(steps + 1) % LOCATIONS] as Location
  const newest = new Map(tokens.map((token) => [token.clientId, token]))
  await world.faults.sparing(async () => {
    for (const token of newest.values()) {
      const said = await at.server.introspect(token.text, at.env).catch(() => null)
      if (said) heard.push({ token, at, said })
    }
  })
}

export function requireTrue(run: Run, { token, at, said }: Heard): void {
  const now = run.world.clock.now + at.skew
  const dues = possible(run, token.clientId).map((state) => scopeOf(state, token, now))
  const isScope = (due: string | null) => !said.active || said.scope === due
  if (dues.some((due) => said.active === (due !== null) && isScope(due))) return
  const due = dues[0] ?? null
  require(invariantOf(run, token), said.active === (due !== null), () =>
    `a token is ${said.active ? '' : 'not '}active, and ${due === null ? 'must not' : 'must'} be`)
  require(12, isScope(due), () => `scope ${String(said.scope)} where ${due} holds`)
}

/** The promise that is broken where this token is active and must not be, or the other way. */
function invariantOf({ state }: Run, token: Token): number {
  const client = clientIn(state, token.clientId)
  if (!client) return 4
  return client.suspended ? 1 : 3
}
