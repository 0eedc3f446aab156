import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Dry } from './mutation/ask.ts'
import { ROOT } from './mutation/bundle.ts'
import { MISTAKES } from './mutation/mistakes.ts'
import { mistakeId, writePlanted } from './mutation/planted.ts'
import { Lane } from './mutation/pool.ts'

const FILES = [...new Set(MISTAKES.map(({ noticedBy }) => noticedBy))]

let folder = ''
let lane: Lane
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-mistakes-'))
  const script = join(folder, 'script.cjs')
  await writePlanted(script, FILES, MISTAKES)
  lane = new Lane(script)
})
afterAll(async () => {
  lane.stop()
  await rm(folder, { recursive: true })
})

/** The first test of this file that fails, where any does. */
async function failing(file: string, mistake?: string): Promise<string[]> {
  const dry = await lane.ask<Dry>({ kind: 'dry', file, mistake, endsOnFailure: true }, 600_000)
  if (!dry) throw new Error(`${file} was not run to its end.`)
  // A test that hangs may go on and disturb the next one.
  if (dry.tests.some(({ problem }) => problem?.startsWith('timeout'))) lane.stop()
  return dry.tests.flatMap(({ problem, name }) =>
    problem ? [`${file} > ${name}: ${problem}`] : [],
  )
}

it.each(MISTAKES.map((mistake, at) => ({ ...mistake, at })))(
  '$noticedBy notices that $name',
  async ({ file, find, noticedBy, at }) => {
    const source = await readFile(join(ROOT, file), 'utf8')
    expect(source.split(find)).toHaveLength(2)
    expect(await failing(noticedBy, mistakeId(at))).not.toEqual([])
  },
)

// Behind all of them: where a test fails for what one of them left behind, it fails here.
it.each(FILES)('without a mistake %s passes', async (file) => {
  expect(await failing(file)).toEqual([])
})
