import { vi } from 'vitest'

export type Line = Record<string, unknown>

/** Everything the server writes to the log from now on; `refusals`: the lines of refused requests. */
export function heardLog() {
  const texts: string[] = []
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((text: unknown) => void texts.push(String(text)))
  }
  const refusals = () =>
    texts.map((text) => JSON.parse(text) as Line).filter(({ event }) => event === 'refused')
  return { texts, refusals, forget: () => void texts.splice(0) }
}
