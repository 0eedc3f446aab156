import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

type Manifest = {
  version: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

const manifest = (...path: string[]) =>
  JSON.parse(readFileSync(join(ROOT, ...path, 'package.json'), 'utf8')) as Manifest

const partsOf = (version: string) => version.split('.').map(Number)

function isAtLeast(version: string, least: string): boolean {
  const [given, wanted] = [partsOf(version), partsOf(least)]
  const at = wanted.findIndex((part, i) => part !== given[i])
  return at === -1 || (given[at] ?? 0) > (wanted[at] ?? 0)
}

/** The lowest version that a range such as `1.2.3` or `^1.2.3` lets in; throws for another. */
function lowestOf(range: string): string {
  const lowest = /^[\^~]?(\d+\.\d+\.\d+)$/.exec(range)?.[1]
  if (lowest === undefined) throw new Error(`what is the lowest version of ${range}?`)
  return lowest
}

const own = manifest()

/** A library, the first version without the defect, and the range in which we take it. */
const LIBRARIES: [advisory: string, name: string, fixed: string, range: string | undefined][] = [
  ['CVE-2026-54290', 'hono', '4.12.25', own.peerDependencies?.['hono']],
  ['CVE-2026-39356', 'drizzle-orm', '0.45.2', own.devDependencies?.['drizzle-orm']],
]

it.each(LIBRARIES)(
  '%s: %s is %s or later, as installed and in every version that the range lets in',
  (_advisory, name, fixed, range) => {
    expect(isAtLeast(lowestOf(range ?? ''), fixed)).toBe(true)
    expect(isAtLeast(manifest('node_modules', name).version, fixed)).toBe(true)
  },
)

it('compares versions by their numbers', () => {
  const newer = ['4.12.25', '4.12.26', '4.13.0', '5.0.0', '4.100.1']
  expect(newer.filter((version) => isAtLeast(version, '4.12.25'))).toEqual(newer)
  expect(['4.12.24', '4.9.99', '3.99.99'].filter((v) => isAtLeast(v, '4.12.25'))).toEqual([])
  expect(() => lowestOf('*')).toThrow('lowest')
})
