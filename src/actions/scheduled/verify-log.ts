import { DAY } from '../../domain/time.ts'
import {
  BEGINNING,
  type LogPosition,
  VERIFICATION,
  verifyAuditLog,
} from '../audit/verify-audit-log.ts'
import { OPERATIONS } from './operations.ts'
import { pass } from './pass.ts'

const PAGES_A_RUN = 1

export const verification = pass({
  name: VERIFICATION,
  operations: OPERATIONS.verification,
  period: DAY,
  async step(deps, run, position) {
    const from = (position ?? BEGINNING) as LogPosition
    const verdict = await verifyAuditLog(deps, from, PAGES_A_RUN)
    if (verdict.intact && !verdict.complete) return verdict.position
    run.updates.set('verdict', { ranAt: run.now, position: verdict })
    return null
  },
})
