import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { generatedFiles } from '../openapi/files.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const { version } = JSON.parse(read('package.json')) as { version: string }

/** The most of the Worker that the description may take. */
const SIZE_MAX = 12 * 1024

describe('the OpenAPI description', () => {
  const files = Object.entries(generatedFiles(version))

  it.each(files)('is in %s as the schemas make it now (npm run openapi)', (path, text) => {
    expect(read(path) === text).toBe(true)
  })

  it('costs the Worker no more than 10.5 KiB', () => {
    const size = gzipSync(read('src/http/reference/openapi-text.ts'), { level: 9 }).length
    expect(size).toBeLessThanOrEqual(SIZE_MAX)
  })
})
