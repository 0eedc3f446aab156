import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mutant } from '@stryker-mutator/api/core'
import { expect, it } from 'vitest'
import type { Dry, Verdict } from './mutation/ask.ts'
import { writeBundle } from './mutation/bundle.ts'
import { belowGoal, GOALS, roomOf } from './mutation/goals.ts'
import { neighboursIn } from './mutation/neighbours.ts'
import { Lane } from './mutation/pool.ts'
import { perRoom } from './mutation/sample.ts'

const NONE = { killed: 0, timeout: 0, survived: 0, 'no coverage': 0 }
const FILE = 'test/domain/anchor.test.ts'

it('mutants can be tried: the tests run in Node on the doubles, and one that covers a mutant notices it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-mutation-'))
  const bundle = join(folder, 'bundle.cjs')
  const { mutants, testFiles } = await writeBundle(bundle)
  expect(mutants.length).toBeGreaterThan(15_000)
  const rooms = new Set(mutants.map(({ fileName }) => roomOf(fileName)))
  expect([...rooms].sort()).toEqual([...Object.keys(GOALS), 'cli'].sort())
  expect(testFiles).toContain(FILE)
  const lane = new Lane(bundle)
  try {
    const dry = await lane.ask<Dry>({ kind: 'dry', file: FILE }, 120_000)
    expect(dry?.tests.map(({ problem }) => problem)).toEqual(dry?.tests.map(() => null))
    const mutant = mutants.find(
      ({ fileName, mutatorName, replacement }) =>
        fileName === 'src/domain/anchor.ts' &&
        mutatorName === 'ConditionalExpression' &&
        replacement === 'false',
    )
    const tests = (dry?.tests ?? []).map(({ ms }, index) => ({ index, ms, limit: 1e6 }))
    const plan = [{ file: FILE, loadLimit: 1e6, tests }]
    const verdict = await lane.ask<Verdict>(
      { kind: 'mutant', mutant: mutant?.id ?? '', plan },
      120_000,
    )
    expect(verdict?.status).toBe('killed')
  } finally {
    lane.stop()
    await rm(folder, { recursive: true, force: true })
  }
})

it('a room below its goal is named, where enough of its mutants were tried', () => {
  const scored = (room: string, mutants: number, score: number) => ({
    ...NONE,
    room,
    mutants,
    score,
  })
  const { guard = 0, crypto = 0 } = GOALS
  const scores = [
    scored('guard', 100, guard - 1),
    scored('crypto', 100, crypto),
    scored('http', 5, 0),
  ]
  expect(belowGoal(scores).map(({ room }) => room)).toEqual(['guard'])
})

it('a sample by room takes as many of each, spread over its places, and of a small room all', () => {
  const of = (fileName: string, count: number) =>
    Array.from({ length: count }, (_, place) => ({ fileName, place }))
  const sample = perRoom([...of('src/web/a.ts', 100), ...of('src/mail/a.ts', 3)], 4)
  expect(sample.map(({ place }) => place)).toEqual([12, 37, 62, 87, 0, 1, 2])
})

it('the neighbours of a mutant are those in its file that tests run, else those nearby', () => {
  const mutants = ['src/a/one.ts', 'src/a/one.ts', 'src/a/b/schemas.ts', 'src/a/b/two.ts'].map(
    (fileName, id) => ({ fileName, id: String(id) }) as Mutant,
  )
  const covered = (ids: string[]) => Object.fromEntries(ids.map((id) => [id, 1]))
  const dry = [['0'], ['3']].map((ids) => ({
    file: 'test/a.test.ts',
    loadMs: 0,
    loadCovers: covered(['2']),
    tests: [{ name: 'runs it', ms: 0, problem: null, covered: covered(ids) }],
  }))
  const files = ['src/a/one.ts', 'src/a/b/schemas.ts', 'src/c/none.ts']
  expect(files.map(neighboursIn(mutants, dry))).toEqual([['0'], ['3'], ['0', '3']])
})
