import type { Diagnosis } from '../../actions/federation/diagnose-federation.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { type Entered, errorOf, Field, FormToken, NOTHING_ENTERED } from '../kit/field.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { PageHead } from '../kit/page-head.tsx'
import { Problems } from '../kit/problems.tsx'
import { page } from '../kit/shell.tsx'
import { PastedField } from '../kit/pasted-field.tsx'
import { Submit } from '../kit/submit.tsx'
import { Diagnosed } from './diagnosed.tsx'

type Shown = { clientId: string; entered?: Entered; diagnosis?: Diagnosis }

const TITLE = 'Why is a workload’s token refused?'

/** The form for a token of a workload, with what was found of the one before. */
export function workloadsPage(c: ConsoleContext, shown: Shown) {
  const { clientId, entered = NOTHING_ENTERED, diagnosis } = shown
  const { base, formToken } = c.var
  const filled = { ...entered, values: new URLSearchParams({ client_id: clientId }) }
  return page(
    c,
    { title: TITLE, section: 'issuers', status: statusOfForm(entered) },
    <>
      <PageHead title={TITLE} crumbs={[['Workload issuers', `${base}/issuers`]]} />
      {entered.note && <Problems entered={entered} />}
      {diagnosis && <Diagnosed base={base} of={diagnosis} askedFor={clientId} />}
      <form class="card form pad" method="post" action={`${base}/workloads`}>
        <FormToken token={formToken} />
        <PastedField
          name="token"
          label={diagnosis ? 'Another token' : 'Token'}
          hint={WHAT}
          subject="Token"
          problem={errorOf(entered, 'assertion')}
        />
        <Field
          name="client_id"
          label="Client ID (optional)"
          entered={filled}
          hint="The API client to act as. Leave empty to check the rules of all clients for exactly this subject."
        />
        <Submit kind="primary" label="Explain token" />
      </form>
    </>,
  )
}

const WHAT =
  'The token that the platform gave the workload. It is neither stored nor logged, and nothing is issued for it. Until it expires, anyone who sees it can use it.'
