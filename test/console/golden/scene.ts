import { type ConsoleVisitor, signIn, signInAs } from '../../support/console.ts'
import { openBook } from '../../support/golden/book.ts'
import { bannerOutlineOf, mainOutlineOf } from '../../support/golden/outline.ts'
import { stable } from '../../support/golden/stable.ts'
import {
  type Json,
  testServer,
  type TestServer,
  type TestServerOptions,
} from '../../support/server.ts'

/**
 * A Thursday of a far year. What is written to the edge store has an end, which must be to come by the clock of the
 * machine whenever the tests run.
 */
export const NOW = Date.UTC(2046, 10, 22, 10) / 1000
export const DAY = 86_400

export const dayAfter = (days: number) =>
  new Date((NOW + days * DAY) * 1000).toISOString().slice(0, 10)

type Fields = Record<string, string> | [string, string][]
export type Scene = Awaited<ReturnType<typeof openScene>>

/** A server whose pages are compared with those that are kept in a folder of test/golden/console. */
export async function openScene(folder: string, options: TestServerOptions = {}) {
  // Only one of the platforms on which these run sends mail by itself.
  const env = { EMAIL: undefined as unknown as SendEmail, ...options.env }
  const server = testServer({ now: NOW, ...options, env })
  const book = openBook(`console/${folder}`)
  const visitor = await signIn(server)
  const known: [value: string, called: string][] = []

  async function show(name: string, response: Response): Promise<void> {
    await keep(name, `${response.status}\n${mainOutlineOf(await response.text())}`)
  }

  async function keep(name: string, outline: string): Promise<void> {
    const text = stable(outline)
    await book.compare(
      name,
      known.reduce((all, [value, called]) => all.replaceAll(value, called), text),
    )
  }

  async function page(name: string, path: string, who: ConsoleVisitor = visitor): Promise<void> {
    await show(name, await who.get(path))
  }

  /** The page that a form answers with, or the message on the page that it leads to; answers where that is. */
  async function form(name: string, path: string, fields: Fields = {}): Promise<string> {
    const response = await visitor.post(path, fields)
    const to = response.headers.get('location') ?? ''
    if (response.status !== 303) await show(name, response)
    else await keep(name, `303 ${to}\n${bannerOutlineOf(await visitor.follow(response))}`)
    return to.replace('/console', '')
  }

  /** Makes a thing a minute after the one before, so that every list has one order. */
  async function make(path: string, body: Json = {}): Promise<Json> {
    server.clock.now += 60
    return server.adminOk('POST', path, body)
  }

  const rename = (value: string, called: string) => void known.push([value, called])

  /** The parts of a secret that people may see. */
  function learnParts(secret: string): void {
    const [, id = '', rest = ''] = secret.split('_')
    const last = rest.slice(-4)
    rename(`<code> ${id}\n`, '<code> ID-IN-THE-SECRET\n')
    rename(`<code> ${last}\n`, '<code> LAST\n')
  }

  /** All that is different. */
  const differences = () => book.close()

  return { server, visitor, page, form, show, keep, make, rename, learnParts, differences }
}

/** Somebody who sees everything and changes nothing. */
export async function viewerOf(server: TestServer): Promise<ConsoleVisitor> {
  const body = { email: 'vera@example.com', access: 'view' }
  const { administrator_id: id } = await server.adminOk('POST', '/administrators', body)
  return signInAs(server, String(id))
}
