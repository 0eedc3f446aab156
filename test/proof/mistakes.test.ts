import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Dry } from './mutation/ask.ts'
import { ROOT, writeScript } from './mutation/bundle.ts'
import { MISTAKES } from './mutation/mistakes.ts'
import { Lane } from './mutation/pool.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-mistakes-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The first test of each of these files that fails, with this content in place of one source file. */
async function failing(testFiles: string[], contents: Map<string, string>): Promise<string[]> {
  const script = join(folder, 'script.cjs')
  await writeScript(script, testFiles, contents)
  const lane = new Lane(script)
  try {
    const failed: string[] = []
    for (const file of testFiles) {
      const dry = await lane.ask<Dry>({ kind: 'dry', file, endsOnFailure: true }, 600_000)
      if (!dry) throw new Error(`${file} was not run to its end.`)
      failed.push(
        ...dry.tests.flatMap(({ problem, name }) =>
          problem ? [`${file} > ${name}: ${problem}`] : [],
        ),
      )
    }
    return failed
  } finally {
    lane.stop()
  }
}

it.each(MISTAKES)('$noticedBy notices that $name', async (mistake) => {
  const { file, find, replace, noticedBy } = mistake
  const source = await readFile(join(ROOT, file), 'utf8')
  expect(source.split(find)).toHaveLength(2)
  const planted = new Map([[file, source.replace(find, () => replace)]])
  expect(await failing([noticedBy], planted)).not.toEqual([])
})

it('without a mistake the same tests pass', async () => {
  const files = [...new Set(MISTAKES.map(({ noticedBy }) => noticedBy))]
  expect(await failing(files, new Map())).toEqual([])
})
