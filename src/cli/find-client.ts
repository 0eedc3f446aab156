import { withoutForbiddenCharacters } from '../domain/text.ts'
import type { Admin } from './admin.ts'
import { EXIT, Failure } from './failure.ts'
import { readPages } from './pages.ts'
import type { ClientBody } from './api-types.ts'

const CANDIDATES_SHOWN = 10

const isId = (text: string) => /^client_[0-9A-Za-z]+$/.test(text)

/**
 * Finds a client by its id, which costs no request where it was made here, or by its exact name. An
 * imported id goes before a name.
 */
export async function findClientId(admin: Admin, named: string): Promise<string> {
  if (isId(named)) return named
  // The server takes it for no question, and lists all clients.
  if (named.trim() === '') throw notOne(named, [], [])
  const paging = { limit: undefined, all: true, progress: false }
  const filter = { q: named, sort: 'name' }
  const { items } = await readPages<ClientBody>(admin, '/clients', filter, paging, 'clients')
  if (items.some(({ client_id: id }) => id === named)) return named
  const namesakes = items.filter(
    ({ client_name: name }) => name.normalize('NFC') === named.normalize('NFC'),
  )
  const [only] = namesakes
  if (only && namesakes.length === 1) return only.client_id
  throw notOne(named, namesakes, items)
}

function notOne(named: string, namesakes: ClientBody[], similar: ClientBody[]): Failure {
  const what =
    namesakes.length > 0
      ? `${namesakes.length} clients are called "${named}"; say which by its id:`
      : `No client is called "${named}".${similar.length > 0 ? ' Similar:' : ''}`
  const candidates = namesakes.length > 0 ? namesakes : similar
  const lines = candidates.slice(0, CANDIDATES_SHOWN).map(candidateLine)
  const more = candidates.length > CANDIDATES_SHOWN ? ['  ...'] : []
  return new Failure(EXIT.notFound, [what, ...lines, ...more].join('\n'))
}

function candidateLine({ client_id: id, status, client_name: name }: ClientBody): string {
  return `  ${id}  ${status}  ${withoutForbiddenCharacters(name)}`
}

export async function readClient(admin: Admin, named: string): Promise<ClientBody> {
  return (await readVersion(admin, named)).client
}

/** A client with its version, for changes that must not overwrite another. */
export async function readVersion(
  admin: Admin,
  named: string,
): Promise<{ client: ClientBody; ifMatch: string }> {
  const id = await findClientId(admin, named)
  const { body, headers } = await admin.request('GET', `/clients/${id}`)
  return { client: body as ClientBody, ifMatch: headers.get('etag') ?? '*' }
}

type Labelled = Pick<ClientBody, 'client_name' | 'client_id'>

/** The client as a message names it. */
export function labelOf({ client_name: name, client_id: id }: Labelled): string {
  return `${withoutForbiddenCharacters(name)} (${id})`
}
