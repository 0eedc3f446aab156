import { databaseRestoreIn } from '../../domain/database-restore.ts'
import { HOUR } from '../../domain/time.ts'
import { QUARANTINE_OPERATIONS } from '../edge/publish-denylist.ts'
import {
  type Compared,
  EVERYTHING,
  RECONCILIATION,
  reconcileDenylist,
} from '../edge/reconcile-denylist.ts'
import { OPERATIONS } from './operations.ts'
import { pass } from './pass.ts'

const STATES_A_RUN = 100

export const reconciliation = pass({
  name: RECONCILIATION,
  operations: OPERATIONS.reconciliation,
  period: HOUR,
  // While the server is shut, nothing is written over entries that may know more than the database.
  yields: ({ jobStates }) => databaseRestoreIn(jobStates)?.isShut === true,
  step: (deps, { budget }, position) => {
    const mayQuarantine = () => budget.left() > QUARANTINE_OPERATIONS
    return reconcileDenylist(deps, comparedBy(position), STATES_A_RUN, mayQuarantine)
  },
})

/** An earlier release recorded less. */
function comparedBy(position: unknown): Compared {
  return typeof position === 'object' && position !== null ? (position as Compared) : EVERYTHING
}
