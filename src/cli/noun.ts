import { withoutForbiddenCharacters } from '../domain/text.ts'
import type { Admin } from './admin.ts'
import { EXIT, Failure } from './failure.ts'
import { readPages } from './pages.ts'

/** A kind of things of which the admin API has a list, and each at an address, with a version. */
export type Noun<Body> = {
  one: string
  many: string
  path: string
  /** The beginning of its ids. */
  prefix: string
  /** The name of its id in the admin API. */
  idField: keyof Body & string
  /** The name by which a person calls it; several may have the same. */
  nameOf: (body: Body) => string
  /** A name as it is kept. */
  normalize?: (name: string) => string
}

const ALL = { limit: undefined, all: true, progress: false }

export async function readAll<Body>(admin: Admin, noun: Noun<Body>): Promise<Body[]> {
  return (await readPages<Body>(admin, noun.path, {}, ALL, noun.many)).items
}

export const idIn = <Body>(noun: Noun<Body>, body: Body) => String(body[noun.idField])

/** As a message names it. */
export function labelOf<Body>(noun: Noun<Body>, body: Body): string {
  return `${withoutForbiddenCharacters(noun.nameOf(body))} (${idIn(noun, body)})`
}

/** A server makes ids of 16 characters; longer ones are taken for ids, too. */
export function isId<Body>({ prefix }: Noun<Body>, text: string): boolean {
  return new RegExp(`^${prefix}[0-9A-Za-z]{16,22}$`).test(text)
}

/** An id costs no request; a name, which may be that of several, is looked for in the list. */
export async function findId<Body>(admin: Admin, noun: Noun<Body>, named: string): Promise<string> {
  if (isId(noun, named)) return named
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

type Version<Body> = { body: Body; ifMatch: string; path: string }

export async function readOne<Body>(
  admin: Admin,
  noun: Noun<Body>,
  named: string,
): Promise<Version<Body>> {
  const path = `${noun.path}/${encodeURIComponent(await findId(admin, noun, named))}`
  const { body, headers } = await admin.request('GET', path)
  return { body: body as Body, ifMatch: headers.get('etag') ?? '*', path }
}
