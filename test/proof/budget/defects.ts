import type { Defect } from '../model/defects.ts'

export type BudgetDefect = Pick<Defect, 'name' | 'edits'>

function one(name: string, file: string, find: string, replace: string): BudgetDefect {
  return { name, edits: [{ file, find, replace }] }
}

const COUNT = 'src/storage/upkeep/operation-count.ts'

/** By each the cron would make more operations than an invocation may. */
export const BUDGET_DEFECTS: BudgetDefect[] = [
  one(
    'operations are not counted',
    COUNT,
    '    count.made += operations\n',
    '    void [count, operations]\n',
  ),
  one('a batch counts as one operation', COUNT, '      add(statements.length)\n', '      add(1)\n'),
  one(
    'a job begins with an empty budget',
    'src/actions/scheduled/run-scheduled-jobs.ts',
    'if (run.budget.left() < job.operations) {',
    'if (run.budget.left() < -1e9) {',
  ),
  one(
    'a job goes on with an empty budget: the lists',
    'src/actions/scheduled/settle-lists.ts',
    'portion >= PORTIONS_MAX || budget.left() <= FOR_OTHERS',
    'false',
  ),
  one(
    'a job goes on with an empty budget: the denylist',
    'src/actions/scheduled/flush-denylist.ts',
    'budget.left() - FLUSH_OPERATIONS',
    '100',
  ),
]

/** The same where there are gates. */
export const GATE_BUDGET_DEFECTS: BudgetDefect[] = [
  one(
    'calls of gates are not counted',
    COUNT,
    '    gates: gates && countedBinding(gates, add),\n',
    '    gates,\n',
  ),
  one(
    'each gate is told, however many',
    'src/actions/scheduled/tell-gates.ts',
    '[...touched].slice(0, Math.max(0, Math.min(left, operationsLeft)))',
    '[...touched].slice(0 * operationsLeft)',
  ),
]
