import { numbers, type Spread, spreadOf } from './figures.ts'
import type { LoadRequest } from './load-generator.ts'
import type { RecordedDeployment } from './deployment.ts'
import { jwksRequest, tokenRequest } from './deployment-requests.ts'
import { FIXED_OK, fixedModules, stubbedModules } from './deployment-workers.ts'
import { portOf, spawnWorkerd, stop, workerdConfig } from './servers.ts'
import { answerTo } from './requests.ts'
import { exactCpuOf } from './cpu.ts'

/**
 * Milliseconds from the start of a process, and from when it listens, to its first answer; and of
 * the CPU that it used for that answer. By then it has read its script.
 */
export type Cold = {
  name: string
  started: Spread | null
  listening: Spread | null
  cpu: Spread | null
}

/** The first answer of isolates that were never asked before: each in a process of its own, by turns. */
export async function measureCold(deployment: RecordedDeployment, times: number): Promise<Cold[]> {
  const kinds = [
    {
      name: 'Portcullis, a token',
      config: workerdConfig(stubbedModules(deployment)),
      request: tokenRequest(deployment),
    },
    { name: 'fixed JSON', config: workerdConfig(fixedModules(FIXED_OK)), request: jwksRequest },
  ].map((kind) => ({
    ...kind,
    started: [] as number[],
    listening: [] as number[],
    cpu: [] as (number | null)[],
  }))
  // Once before, for nothing: the files are read, and this process has fetched.
  for (let time = -1; time < times; time++) {
    for (const kind of kinds) {
      const { started, listening, cpu } = await firstAnswer(kind.config, kind.request)
      if (time < 0) continue
      kind.started.push(started)
      kind.listening.push(listening)
      kind.cpu.push(cpu)
    }
  }
  return kinds.map(({ name, started, listening, cpu }) => ({
    name,
    started: spreadOf(started),
    listening: spreadOf(listening),
    cpu: spreadOf(numbers(cpu)),
  }))
}

async function firstAnswer(config: string, request: LoadRequest) {
  const begun = performance.now()
  const child = spawnWorkerd(config)
  const url = await portOf(child)
  const listens = performance.now()
  const before = exactCpuOf(child.pid ?? 0)
  const { status, text } = await answerTo(url, request)
  const answered = performance.now()
  const after = exactCpuOf(child.pid ?? 0)
  await stop(child)
  if (status !== 200) throw new Error(`the first answer was ${status} ${text}`)
  return {
    started: answered - begun,
    listening: answered - listens,
    cpu: before === null || after === null ? null : after - before,
  }
}
