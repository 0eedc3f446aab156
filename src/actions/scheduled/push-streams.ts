import type { SecurityEvents } from '../../domain/event-stream.ts'
import type { JobRun, JobStates } from '../../domain/job.ts'
import type { Seconds } from '../../domain/time.ts'
import { pushStream } from '../streams/push-stream.ts'
import type { Job, JobDeps } from './job.ts'
import { OPERATIONS } from './operations.ts'

const STREAMS = 'streams'
const TOKENS_A_RUN = 20
/** Everything but the tokens: claim, events, key, update, and the message about a pause. */
const BESIDE = OPERATIONS.streams - 2
/** A token, and the question before it whether it may still be sent; there is none before the first. */
const A_TOKEN = 2

export const streams: Job = { name: STREAMS, operations: OPERATIONS.streams, run: keepStreams }

/** When streams were switched on; null while they are off. */
export function streamsSince(jobStates: JobStates): Seconds | null {
  const position = jobStates.get(STREAMS)?.position as { since: Seconds } | null | undefined
  return position?.since ?? null
}

/** Off, streams cost nothing; on, one statement in a run in which nothing is pending. */
async function keepStreams(deps: JobDeps, run: JobRun): Promise<void> {
  const on = deps.securityEvents
  const since = streamsSince(run.jobStates)
  if (!on) {
    if (since !== null) run.updates.set(STREAMS, { ranAt: run.now, position: null })
    return
  }
  if (since === null) run.updates.set(STREAMS, { ranAt: run.now, position: { since: run.now } })
  await pushStreams(deps, on, run)
}

/** Those that wait longest come first. One that fails is left out by the next runs: its lease goes on. */
async function pushStreams(deps: JobDeps, on: SecurityEvents, run: JobRun): Promise<void> {
  const most = Math.floor(run.budget.left() / (BESIDE + 1))
  if (most < 1) return
  for (const stream of await on.streams.due(run.now, run.headSeq, on.audience, most)) {
    const affordable = Math.floor((run.budget.left() - BESIDE + 1) / A_TOKEN)
    const limit = Math.min(TOKENS_A_RUN, affordable)
    if (limit < 1) return
    await pushStream(deps, on, stream, limit)
  }
}
