import type { Client } from '../../domain/client.ts'
import type { Deps } from '../../domain/deps.ts'

const CANDIDATES = 10

/**
 * The clients that somebody may mean who typed a name where an ID filters the events: the one of
 * exactly this name, or those that the list of clients would find. Empty where it is an ID.
 */
export async function clientsCalled(
  { clients, now }: Pick<Deps, 'clients' | 'now'>,
  text: string,
): Promise<Client[]> {
  if ((await clients.find(text)) !== null) return []
  const query = { status: null, q: text, sort: 'name', limit: CANDIDATES, after: null } as const
  const { items } = await clients.list(query, now())
  const namesakes = items.filter(({ name }) => name.normalize('NFC') === text.normalize('NFC'))
  return namesakes.length === 1 ? namesakes : items
}
