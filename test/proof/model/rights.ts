import { type Asking, GONE, type Manage, type Right } from './asking.ts'
import { possible } from './doubts.ts'
import type { State } from './expected.ts'
import { admitMachine, byMachine } from './machine.ts'
import { admitPerson, byPerson } from './person.ts'
import { noteRequest } from './rights-log.ts'
import { change, type Outcome, refusal, type Run } from './run.ts'

/** Nothing is changed by a right that was valid only when the request began. */
const BREAKS = 16

/** Where the request was when the right to it was lost. */
type Lost = 'never' | 'before the commit' | 'behind the commit'

/** Either it was committed first, or it is refused, and nothing is changed. */
export async function manage(run: Run, step: Manage): Promise<void> {
  const isMachine = step.by === 'machine'
  if (step.admitted) await (isMachine ? admitMachine(run) : admitPerson(run))
  const asking = isMachine ? byMachine(run, step) : byPerson(run, step)
  if (!asking) return
  const requestId = noteRequest(run, asking.credential)
  const { faults } = run.world
  const [refusedFirst, call] = [asking.refused(run.state), step.loss?.call]
  let lost: Lost = 'never'
  const lose = async () => {
    lost = isCommitted(run, requestId) ? 'behind the commit' : 'before the commit'
    if (lost === 'behind the commit') asking.due.apply(run.state)
    await faults.sparing(asking.lose)
  }
  if (typeof call === 'number') faults.before(call, lose)
  await change(
    run,
    step.fault,
    () => asking.send(requestId, call === 'late body' ? lose : null),
    ({ status }) => {
      const refusals = [asking.refused(run.state)]
      // A gate may not have heard yet that it is so no more.
      const others = possible(run, clientOf(asking.credential)).map(asking.refused)
      refusals.push(...others.filter((one) => one === status))
      // Until it was lost, the request may have been refused for another reason.
      if (lost !== 'never' && call !== 'late body') {
        refusals.push(refusedFirst, refusalOf(asking))
        if (asking.isGone(run.state)) refusals.push(GONE)
      }
      return outcomeOf(asking, lost, refusals, status)
    },
  )
  faults.uninterrupted()
}

function isCommitted({ world }: Run, requestId: string): boolean {
  const sql = `SELECT 1 FROM portcullis_audit_events WHERE request_id = '${requestId}'`
  return world.sqlite.rows(sql).length > 0
}

/** The refusal that applies to a caller with the right, too. */
function refusalOf({ due: { status } }: Asking): number | null {
  return status >= 400 ? status : null
}

function clientOf(credential: Right): string {
  return 'clientId' in credential ? credential.clientId : ''
}

function outcomeOf(
  { due, target }: Asking,
  lost: Lost,
  refusals: (number | null)[],
  status: number,
): Outcome {
  const isFirst = lost === 'behind the commit'
  const refused = refusals.find((one) => one === status) ?? refusals.find((one) => one !== null)
  if (!isFirst && typeof refused === 'number') return refusal(refused, () => true, BREAKS)
  if (due.status >= 400) return refusal(due.status, () => true, 15)
  const next = (_answer: unknown, state: State) => (isFirst ? undefined : due.apply(state))
  return { status: due.status, next, breaks: BREAKS, tells: [target] }
}
