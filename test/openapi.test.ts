import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { makeDocument } from '../openapi/document.ts'
import { textModule } from '../openapi/text-module.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const { version } = JSON.parse(read('package.json')) as { version: string }

/** The most of the Worker that the description may take. */
const SIZE_MAX = 24 * 1024

describe('the OpenAPI description', () => {
  const carried = read('src/http/reference/openapi-text.ts')

  it('that the Worker carries is as the schemas make it now (npm run openapi)', () => {
    expect(carried === textModule(makeDocument(version))).toBe(true)
  })

  it('costs the Worker no more than 24 KiB', () => {
    expect(gzipSync(carried, { level: 9 }).length).toBeLessThanOrEqual(SIZE_MAX)
  })
})
