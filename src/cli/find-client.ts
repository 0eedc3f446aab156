import { isIdOf } from '../domain/ids.ts'
import { withoutForbiddenCharacters } from '../domain/text.ts'
import type { Admin } from './admin.ts'
import { versionIn } from './change-as-read.ts'
import { EXIT, Failure } from './failure.ts'
import { type Answer, isNotThere } from './http.ts'
import { EVERYTHING, readPages } from './pages.ts'
import type { ClientBody } from './api-types.ts'

const CANDIDATES_SHOWN = 10

/**
 * Finds a client by its id, which costs no request where it was made here, or by its exact name. An
 * imported id goes before a name.
 */
export async function findClientId(admin: Admin, named: string): Promise<string> {
  if (isIdOf('client', named)) return named
  const { found, similar } = await namesakesOf(admin, named)
  if (found === null) throw notOne(named, [], similar)
  return found
}

/** The id of the client with that name, or with that imported id; refused where several have the name. */
async function namesakesOf(admin: Admin, named: string) {
  // The server takes it for no question, and lists all clients.
  if (named.trim() === '') throw notOne(named, [], [])
  const filter = { q: named, sort: 'name' }
  const { items } = await readPages<ClientBody>(admin, '/clients', filter, EVERYTHING, 'clients')
  if (items.some(({ client_id: id }) => id === named)) return { found: named, similar: items }
  const namesakes = items.filter(
    ({ client_name: name }) => name.normalize('NFC') === named.normalize('NFC'),
  )
  if (namesakes.length > 1) throw notOne(named, namesakes, items)
  return { found: namesakes[0]?.client_id ?? null, similar: items }
}

/**
 * Does what is to be done with the client that is meant. A name may look like an id: it is looked
 * for once no client has that id.
 */
export async function withClient<T>(
  admin: Admin,
  named: string,
  use: (id: string) => Promise<T>,
): Promise<T> {
  const id = await findClientId(admin, named)
  try {
    return await use(id)
  } catch (failure) {
    const other = isNotThere(failure) ? await findByNameLikeId(admin, named) : null
    if (other === null) throw failure
    return use(other)
  }
}

/** The id of the client whose name is the text, which looks like the id of a client; null if there is none. */
export async function findByNameLikeId(admin: Admin, named: string): Promise<string | null> {
  return isIdOf('client', named) ? (await namesakesOf(admin, named)).found : null
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
  return (await readAnswer(admin, named)).body as ClientBody
}

/** A client with its version, for changes that must not overwrite another. */
export async function readVersion(
  admin: Admin,
  named: string,
): Promise<{ client: ClientBody; ifMatch: string }> {
  const answer = await readAnswer(admin, named)
  return { client: answer.body as ClientBody, ifMatch: versionIn(answer) }
}

function readAnswer(admin: Admin, named: string): Promise<Answer> {
  return withClient(admin, named, (id) => admin.request('GET', `/clients/${id}`))
}

type Labelled = Pick<ClientBody, 'client_name' | 'client_id'>

/** The client as a message names it. */
export function labelOf({ client_name: name, client_id: id }: Labelled): string {
  return `${withoutForbiddenCharacters(name)} (${id})`
}
