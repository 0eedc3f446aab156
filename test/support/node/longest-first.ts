import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take half a minute and more, the longest first: those that compute alternate with those that wait. */
export const LONGEST = [
  'test/openapi/contract.test.ts',
  'test/http/admin/errors.test.ts',
  'test/attacks/lost-rights.test.ts',
  'test/actions/scheduled/reminders.test.ts',
  'test/attacks/routes.test.ts',
  'test/console/sent-twice.test.ts',
  'test/actions/restored.test.ts',
  'test/actions/restore-runbook.test.ts',
  'test/http/client-certificates.test.ts',
  'test/e2e/restore.test.ts',
  'test/proof/mistakes.test.ts',
  'test/proof/model/model.test.ts',
  'test/proof/faults/faults.test.ts',
  'test/browser/sent-twice.test.ts',
  'test/e2e/kills.test.ts',
  'test/browser/looks.test.ts',
  'test/browser/flows.test.ts',
  'test/proof/canary.test.ts',
  'test/e2e/start.test.ts',
  'test/e2e/plugin-page.test.ts',
  'test/proof/races/planted.test.ts',
  'test/browser/kept.test.ts',
  'test/e2e/command-line-page.test.ts',
  'test/proof/model/defects.test.ts',
  'test/proof/budget/budget.test.ts',
  'test/browser/measures.test.ts',
  'test/e2e/events.test.ts',
  'test/proof/model/rights.test.ts',
  'test/e2e/deploy-template.test.ts',
  'test/e2e/command-line-operations.test.ts',
  'test/browser/firefox.test.ts',
]

/**
 * On a fresh clone nothing is known of how long a file takes, and the largest file is not the longest. One of
 * minutes that begins last is waited for on a single core.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.indexOf(relative(root, moduleId).replaceAll('\\', '/'))
      return place === -1 ? LONGEST.length : place
    }
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b))
  }
}
