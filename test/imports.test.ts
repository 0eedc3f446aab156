import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../src')

/** Which rooms a room may import from, besides `platform`: downhill only, and the doors never see storage. */
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
  guard: ['domain', 'outbound'],
  outbound: ['domain'],
  testing: ['domain', 'guard'],
  cli: ['domain'],
  options: ['domain', 'storage', 'web'],
  bindings: ['crypto', 'domain', 'options'],
  server: [
    'actions',
    'bindings',
    'crypto',
    'domain',
    'console',
    'http',
    'mail',
    'options',
    'storage',
    'web',
  ],
  worker: ['domain', 'options', 'server', 'web'],
  index: ['options', 'server'],
}

/** Which packages a room may import: the domain none, an action none. */
const MAY_USE: Record<string, RegExp> = {
  storage: /^drizzle-orm(\/|$)/,
  crypto: /^jose$/,
  mail: /^cloudflare:sockets$/,
  web: /^(hono(\/|$)|valibot$)/,
  http: /^(hono(\/|$)|valibot$)/,
  console: /^(hono(\/|$)|valibot$|jose$)/,
  guard: /^(hono|jose)$/,
  testing: /^jose$/,
  cli: /^(citty$|node:)/,
  server: /^hono$/,
  worker: /^(hono|cloudflare:workers)$/,
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((f) =>
  /\.tsx?$/.test(f),
)

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)\b[^'"=;]*?from ['"]([^'"]+)['"]/gm)].map(
    (m) => m[1] ?? '',
  )
}

const roomOf = (path: string) => (path.split('/')[0] ?? '').replace(/\.tsx?$/, '')

/** The boxes of a room: its folders, and each file beside them. */
const boxOf = (path: string) => {
  const parts = path.split('/')
  return parts.length > 2 ? parts.slice(0, 2).join('/') : path
}

/** Rooms whose folders are nouns, each below those that it knows. */
const ROOMS_OF_NOUNS = ['actions', 'storage', 'mail']

/** A way from a box back to itself, if there is one. */
function circleIn(room: string): string[] | null {
  const below = new Map<string, Set<string>>()
  for (const file of files.filter((path) => roomOf(path) === room)) {
    const known = below.get(boxOf(file)) ?? new Set()
    for (const name of importsOf(file).filter((one) => one.startsWith('.'))) {
      const box = boxOf(relative(SRC, normalize(join(SRC, dirname(file), name))))
      if (roomOf(box) === room && box !== boxOf(file)) known.add(box)
    }
    below.set(boxOf(file), known)
  }
  const walk = (box: string, path: string[]): string[] | null => {
    if (path.includes(box)) return [...path.slice(path.indexOf(box)), box]
    for (const next of below.get(box) ?? []) {
      const circle = walk(next, [...path, box])
      if (circle) return circle
    }
    return null
  }
  for (const box of below.keys()) {
    const circle = walk(box, [])
    if (circle) return circle
  }
  return null
}

describe('imports run downhill', () => {
  it.each(ROOMS_OF_NOUNS)('the folders and files of %s go round in no circle', (room) => {
    expect(circleIn(room)).toBeNull()
  })

  it.each(files)('%s imports only from rooms below its own', (file) => {
    const room = roomOf(file)
    const relatives = importsOf(file).filter((name) => name.startsWith('.'))
    const rooms = relatives.map((name) =>
      roomOf(relative(SRC, normalize(join(SRC, dirname(file), name)))),
    )
    const allowed = new Set([room, 'platform', ...(MAY_IMPORT[room] ?? [])])
    expect(rooms.filter((other) => !allowed.has(other))).toEqual([])
  })

  it.each(files)('%s uses only the packages of its room', (file) => {
    const packages = importsOf(file).filter((name) => !name.startsWith('.'))
    const allowed = MAY_USE[roomOf(file)]
    expect(packages.filter((name) => !allowed?.test(name))).toEqual([])
  })

  it('the migrations are made of the schema by drizzle, which nothing else touches', () => {
    const users = files.filter((file) => importsOf(file).some((name) => name.startsWith('drizzle')))
    expect(users.toSorted()).toEqual([
      'storage/schema.ts',
      'storage/search-schema.ts',
      'storage/upkeep-schema.ts',
    ])
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
