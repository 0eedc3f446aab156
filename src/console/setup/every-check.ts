import {
  bindingChecks,
  type Check,
  gatesCheck,
  issuerCheck,
  peopleChecks,
  settingsCheck,
  type SetupFacts,
} from './checks.ts'
import { detailChecks } from './detail-checks.ts'
import { policyCheck } from './policy-check.ts'

/** Every line of Setup, in the order in which the page shows them. */
export function everyCheck(facts: SetupFacts): Check[] {
  return [
    ...bindingChecks(facts),
    settingsCheck(facts),
    issuerCheck(facts),
    ...gatesCheck(facts),
    policyCheck(facts),
    ...peopleChecks(facts),
    ...detailChecks(facts),
  ]
}
