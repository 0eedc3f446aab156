import type { ClaimValue, RuleTerms } from '../../domain/federation.ts'
import { cut } from '../../domain/text.ts'
import { textFor } from '../../platform/typed-value.ts'

/** The conditions of a rule as a person types them: `environment = prod`. */
export function conditionsInWords({ subject, claims }: Pick<RuleTerms, 'subject' | 'claims'>) {
  const all: [string, ClaimValue][] = Object.entries(claims)
  if (subject !== null) all.unshift(['sub', subject])
  return all.map(([name, value]) => `${name} = ${textFor(value)}`)
}

type Named = Pick<RuleTerms, 'subject' | 'claims'> & { label: string }

const NAME_SHOWN = 40

/** A federated credential as people call it: by its label, or by its first condition. */
export function workloadName(rule: Named): string {
  if (rule.label !== '') return rule.label
  const [first = ''] = conditionsInWords(rule)
  const short = cut(first, NAME_SHOWN)
  return short === first ? first : `${short}…`
}
