import type { Diagnosis } from '../../actions/federation/diagnose-federation.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import {
  type Entered,
  errorOf,
  Field,
  FieldProblem,
  FormToken,
  NOTHING_ENTERED,
} from '../kit/field.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { PageHead } from '../kit/page-head.tsx'
import { Problems } from '../kit/problems.tsx'
import { page } from '../kit/shell.tsx'
import { Submit } from '../kit/submit.tsx'
import { TextArea } from '../kit/textarea.tsx'
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
        <TokenField problem={errorOf(entered, 'assertion')} isNext={!!diagnosis} />
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

type TokenProps = { problem: string | undefined; isNext: boolean }

/** Always empty: a pasted token is not shown again. */
function TokenField({ problem, isNext }: TokenProps) {
  return (
    <div class="field">
      <label for="token">{isNext ? 'Another token' : 'Token'}</label>
      <p id="token-hint" class="hint">
        The token that the platform gave the workload. It is neither stored nor logged, and nothing
        is issued for it. Until it expires, anyone who sees it can use it.
      </p>
      <TextArea
        id="token"
        name="token"
        class="mono"
        rows={6}
        required
        autocomplete="off"
        spellcheck="false"
        aria-invalid={problem ? 'true' : undefined}
        aria-describedby={problem ? 'token-hint token-error' : 'token-hint'}
        value=""
      />
      {problem && <FieldProblem id="token-error" label="Token" detail={problem} />}
    </div>
  )
}
