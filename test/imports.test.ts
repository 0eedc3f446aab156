import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../src')

/**
 * The rooms that a room may import from, besides `platform`: downhill only, and the doors never see
 * storage.
 */
const MAY_IMPORT: Record<string, string[]> = {
  platform: [],
  domain: [],
  actions: ['domain'],
  storage: ['domain'],
  crypto: ['domain'],
  mail: ['domain'],
  web: ['actions', 'domain'],
  http: ['actions', 'domain', 'web'],
  console: ['actions', 'domain', 'outbound', 'web'],
  dpop: ['domain'],
  guard: ['domain', 'dpop', 'outbound'],
  outbound: ['domain'],
  testing: ['domain', 'guard'],
  cli: ['domain'],
  options: ['domain', 'storage', 'web'],
  bindings: ['crypto', 'domain', 'options'],
  assemble: [
    'bindings',
    'crypto',
    'domain',
    'dpop',
    'mail',
    'options',
    'outbound',
    'storage',
    'web',
  ],
  server: ['actions', 'assemble', 'bindings', 'console', 'http', 'options', 'storage', 'web'],
  gate: ['storage'],
  worker: ['domain', 'gate', 'options', 'server', 'web'],
  index: ['options', 'server'],
}

/** The packages that a room may import: the domain none, an action none. */
const MAY_USE: Record<string, RegExp> = {
  storage: /^drizzle-orm(\/|$)/,
  crypto: /^jose$/,
  mail: /^(cloudflare:sockets|hono\/(html|utils\/html))$/,
  web: /^(hono(\/|$)|valibot$)/,
  http: /^(hono(\/|$)|valibot$)/,
  console: /^(hono(\/|$)|valibot$|jose$|oauth4webapi$)/,
  dpop: /^jose$/,
  guard: /^(hono|jose)$/,
  testing: /^jose$/,
  cli: /^(commander$|node:)/,
  server: /^hono$/,
  gate: /^cloudflare:workers$/,
  worker: /^(hono|cloudflare:workers)$/,
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((f) =>
  /\.tsx?$/.test(f),
)

function importsOf(file: string, kind = /^/): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)\b[^'"=;]*?from ['"]([^'"]+)['"]/gm)]
    .filter(([statement]) => kind.test(statement))
    .map((m) => m[1] ?? '')
}

const roomOf = (path: string) => (path.split('/')[0] ?? '').replace(/\.tsx?$/, '')

const targetsOf = (file: string, kind?: RegExp) =>
  importsOf(file, kind)
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(SRC, normalize(join(SRC, dirname(file), name))))

const valueTargetsOf = (file: string) => targetsOf(file, /^(?:import|export) (?!type\b)/)

/** Read by the generator of the OpenAPI document alone. */
const isDescription = (path: string) => /\bdescription\.ts$/.test(path)
const isOfResponses = (path: string) => /\bresponse(?:-fields)?\.ts$/.test(path)

/** The one thing that the command line has of the server: what it answers. */
const responseTypesIn = (file: string) =>
  targetsOf(file, /^import type /).filter((path) => isOfResponses(path))

/** A folder of a room, or a file beside its folders; at a depth of three, a folder of such a folder. */
const boxOf = (path: string, depth: 2 | 3 = 2) => path.split('/').slice(0, depth).join('/')

/** A way from one of these names back to itself, where there is one; type imports count, too. */
function circleIn(nameOf: (path: string) => string): string[] | null {
  const below = new Map<string, Set<string>>()
  for (const file of files) {
    const name = nameOf(file)
    const others = targetsOf(file)
      .map(nameOf)
      .filter((other) => other !== name)
    below.set(name, new Set([...(below.get(name) ?? []), ...others]))
  }
  const clear = new Set<string>()
  const walk = (name: string, path: string[]): string[] | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (clear.has(name)) return null
    for (const next of below.get(name) ?? []) {
      const circle = walk(next, [...path, name])
      if (circle) return circle
    }
    clear.add(name)
    return null
  }
  for (const name of below.keys()) {
    const circle = walk(name, [])
    if (circle) return circle
  }
  return null
}

/** Rooms whose folders are nouns, each above those that it knows. */
const ROOMS_OF_NOUNS = new Set([
  'platform',
  'domain',
  'actions',
  'storage',
  'crypto',
  'mail',
  'console',
])

/**
 * The folders that a folder of the console may import from. A noun of the product knows no other:
 * what two of them need is in the kit. A client shows its own activity.
 */
const CONSOLE_MAY_IMPORT: Record<string, string[]> = {
  kit: [],
  forms: ['kit'],
  'sign-in': ['forms', 'kit'],
  activity: ['kit'],
  administrators: ['forms', 'kit'],
  apis: ['forms', 'kit'],
  clients: ['activity', 'forms', 'kit'],
  find: ['forms', 'kit'],
  incidents: ['forms', 'kit'],
  issuers: ['forms', 'kit'],
  roles: ['forms', 'kit'],
  setup: ['forms', 'kit'],
  'signing-keys': ['forms', 'kit'],
  workloads: ['forms', 'kit'],
}

/** Likewise for the folders of `console/clients`, which has the most pages. */
const CLIENT_PAGES_MAY_IMPORT: Record<string, string[]> = {
  dialogs: [],
  list: [],
  details: ['dialogs'],
  secrets: ['details', 'dialogs'],
  keys: ['details', 'dialogs'],
  certificates: ['details', 'dialogs'],
  workloads: ['details', 'dialogs'],
  edit: ['details', 'dialogs', 'secrets'],
}

/** The imports from one folder of `parent` to another that the table does not list. */
function unlistedImports(parent: string, mayImport: Record<string, string[]>): string[] {
  const folderOf = (path: string) => /^([^/]+)\//.exec(path.slice(parent.length))?.[1]
  return files
    .filter((file) => file.startsWith(parent))
    .flatMap((file) => {
      const folder = folderOf(file)
      if (folder === undefined) return []
      return targetsOf(file)
        .filter((target) => target.startsWith(parent))
        .map(folderOf)
        .filter((other) => other !== undefined && other !== folder)
        .filter((other) => !mayImport[folder]?.includes(other ?? ''))
        .map((other) => `${file} imports from ${other}`)
    })
}

describe('imports run downhill', () => {
  it('no file knows itself by way of others', () => {
    expect(circleIn((path) => path)).toBeNull()
  })

  it('no folder of a room of nouns does, and no room', () => {
    const isOfNouns = (path: string) => ROOMS_OF_NOUNS.has(roomOf(path))
    expect(circleIn((path) => (isOfNouns(path) ? boxOf(path) : path))).toBeNull()
    expect(circleIn((path) => (isOfNouns(path) ? boxOf(path, 3) : path))).toBeNull()
    expect(circleIn(roomOf)).toBeNull()
  })

  it.each(files)('%s imports only from rooms below its own', (file) => {
    const room = roomOf(file)
    const types = room === 'cli' ? responseTypesIn(file) : []
    const targets = targetsOf(file).filter((path) => !types.includes(path))
    const rooms = targets.map(roomOf)
    const allowed = new Set([room, 'platform', ...(MAY_IMPORT[room] ?? [])])
    expect(rooms.filter((other) => !allowed.has(other))).toEqual([])
  })

  it.each(files)('%s uses only the packages of its room', (file) => {
    const packages = importsOf(file).filter((name) => !name.startsWith('.'))
    const allowed = MAY_USE[roomOf(file)]
    expect(packages.filter((name) => !allowed?.test(name))).toEqual([])
  })

  it('a folder of the console imports only from the folders listed for it', () => {
    expect(unlistedImports('console/', CONSOLE_MAY_IMPORT)).toEqual([])
    expect(unlistedImports('console/clients/', CLIENT_PAGES_MAY_IMPORT)).toEqual([])
  })

  it('descriptions alone import a description: the Worker has none', () => {
    const importers = files.filter((file) => targetsOf(file).some(isDescription))
    expect(importers.filter((file) => !isDescription(file))).toEqual([])
  })

  it('the schemas of responses are no code of the Worker: it imports their types', () => {
    const importers = files.filter((file) => valueTargetsOf(file).some(isOfResponses))
    expect(importers.filter((file) => !isOfResponses(file) && !isDescription(file))).toEqual([])
  })

  it('the migrations are made of the schema by drizzle, which nothing else touches', () => {
    const users = files.filter((file) => importsOf(file).some((name) => name.startsWith('drizzle')))
    expect(users.filter((file) => !file.startsWith('storage/schema/'))).toEqual([])
  })

  it('hono writes all HTML, and escapes it: one file passes the doctype as it is', () => {
    const text = (file: string) => readFileSync(join(SRC, file), 'utf8')
    expect(files.filter((file) => text(file).includes('dangerouslySetInnerHTML'))).toEqual([])
    expect(files.filter((file) => /\braw\(/.test(text(file)))).toEqual(['console/kit/shell.tsx'])
    // A parser drops a line break of its text: the component keeps it.
    const areas = files.filter((file) => text(file).includes('<textarea'))
    expect(areas).toEqual(['console/kit/textarea.tsx'])
  })

  it.each(files.filter((file) => roomOf(file) === 'domain'))(
    '%s neither waits nor asks the time',
    (file) => {
      const text = readFileSync(join(SRC, file), 'utf8').replaceAll(/\/\*\*[^]*?\*\/|\/\/.*/g, '')
      expect(text).not.toMatch(
        /\bawait\b|\bDate\.now\b|\bnew Date\(\)|\bcrypto\.|\bMath\.random\b|\bfetch\(/,
      )
    },
  )

  it.each(files)('%s has at most 250 lines', (file) => {
    expect(readFileSync(join(SRC, file), 'utf8').split('\n').length).toBeLessThanOrEqual(250)
  })
})
