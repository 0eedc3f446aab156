import { type Spread, spreadOf } from './figures.ts'
import type { Shot } from './fire.ts'
import type { RecordedHouse } from './house.ts'
import { jwksShot, tokenShot } from './house-shots.ts'
import { FIXED_OK, fixedModules, stubbedModules } from './house-workers.ts'
import { portOf, spawnWorkerd, stop, workerdConfig } from './servers.ts'
import { answerTo } from './shots.ts'

/** Milliseconds from the start of a process, and from when it listens, to its first answer. */
export type Cold = { name: string; started: Spread | null; listening: Spread | null }

/** The first answer of isolates that were never asked before: each in a process of its own, by turns. */
export async function measureCold(house: RecordedHouse, times: number): Promise<Cold[]> {
  const kinds = [
    {
      name: 'Portcullis, a token',
      config: workerdConfig(stubbedModules(house)),
      shot: tokenShot(house),
    },
    { name: 'fixed JSON', config: workerdConfig(fixedModules(FIXED_OK)), shot: jwksShot },
  ].map((kind) => ({ ...kind, started: [] as number[], listening: [] as number[] }))
  // Once before, for nothing: the files are read, and this process has fetched.
  for (let time = -1; time < times; time++) {
    for (const kind of kinds) {
      const { started, listening } = await firstAnswer(kind.config, kind.shot)
      if (time < 0) continue
      kind.started.push(started)
      kind.listening.push(listening)
    }
  }
  return kinds.map(({ name, started, listening }) => ({
    name,
    started: spreadOf(started),
    listening: spreadOf(listening),
  }))
}

async function firstAnswer(config: string, shot: Shot) {
  const begun = performance.now()
  const child = spawnWorkerd(config)
  const url = await portOf(child)
  const listens = performance.now()
  const { status, text } = await answerTo(url, shot)
  const answered = performance.now()
  await stop(child)
  if (status !== 200) throw new Error(`the first answer was ${status} ${text}`)
  return { started: answered - begun, listening: answered - listens }
}
