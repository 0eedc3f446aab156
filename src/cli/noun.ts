import { type IdPrefix, isIdOf } from '../domain/ids.ts'
import { withoutForbiddenCharacters } from '../domain/text.ts'
import type { Admin } from './admin.ts'
import { EXIT, Failure } from './failure.ts'
import { type Answer, isNotThere } from './http.ts'
import { EVERYTHING, readPages } from './pages.ts'

/** A kind of things of which the admin API has a list, and each at an address, with a version. */
export type Noun<Body> = {
  one: string
  many: string
  path: string
  prefix: IdPrefix
  /** The name of its id in the admin API. */
  idField: keyof Body & string
  /** The name by which a person calls it; several may have the same. */
  nameOf: (body: Body) => string
  /** A name as it is kept. */
  normalize?: (name: string) => string
}

/** A list of the admin API. */
export type Listed = { path: string; many: string }

export async function readAll<Body>(
  admin: Admin,
  noun: Listed & Partial<Noun<Body>>,
): Promise<Body[]> {
  return (await readPages<Body>(admin, noun.path, {}, EVERYTHING, noun.many)).items
}

export const idIn = <Body>(noun: Noun<Body>, body: Body) => String(body[noun.idField])

/** As a message names it. */
export function labelOf<Body>(noun: Noun<Body>, body: Body): string {
  return `${withoutForbiddenCharacters(noun.nameOf(body))} (${idIn(noun, body)})`
}

/** An id costs no request; a name, which may be that of several, is looked for in the list. */
export async function findId<Body>(admin: Admin, noun: Noun<Body>, named: string): Promise<string> {
  return isIdOf(noun.prefix, named) ? named : findByName(admin, noun, named)
}

async function findByName<Body>(admin: Admin, noun: Noun<Body>, named: string): Promise<string> {
  const { normalize = (name) => name.normalize('NFC') } = noun
  const all = await readAll(admin, noun)
  const namesakes = all.filter((body) => normalize(noun.nameOf(body)) === normalize(named))
  const [only, ...others] = namesakes
  if (only !== undefined && others.length === 0) return idIn(noun, only)
  throw notOne(noun, named, namesakes)
}

function notOne<Body>(noun: Noun<Body>, named: string, namesakes: Body[]): Failure {
  const said = withoutForbiddenCharacters(named)
  const lines = namesakes.map((body) => `  ${labelOf(noun, body)}`)
  const what =
    lines.length > 0
      ? `${lines.length} ${noun.many} are called "${said}"; say which by its id:`
      : `There is no ${noun.one} "${said}".`
  return new Failure(EXIT.notFound, [what, ...lines].join('\n'))
}

type Read<Body> = { body: Body; answer: Answer; path: string }

/** Reads the one that is meant. A name may look like an id: it is looked for once none has that id. */
export async function readOne<Body>(
  admin: Admin,
  noun: Noun<Body>,
  named: string,
): Promise<Read<Body>> {
  const id = await findId(admin, noun, named)
  try {
    return await readAt(admin, noun, id)
  } catch (failure) {
    if (id !== named || !isNotThere(failure)) throw failure
    return readAt(admin, noun, await findByName(admin, noun, named))
  }
}

async function readAt<Body>(admin: Admin, noun: Noun<Body>, id: string): Promise<Read<Body>> {
  const path = `${noun.path}/${encodeURIComponent(id)}`
  const answer = await admin.request('GET', path)
  return { body: answer.body as Body, answer, path }
}
