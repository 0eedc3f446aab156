import { type Explanation, diagnoseToken } from '../../actions/tokens/diagnose-token.ts'
import type { Seconds } from '../../domain/time.ts'
import { invalidField } from '../../domain/errors.ts'
import { formRoute } from '../forms/run-form.ts'
import type { ConsoleContext, ConsoleRoute } from '../kit/console-env.ts'
import { Explained } from './explained.tsx'
import { errorOf, FieldProblem, FormToken } from '../kit/field.tsx'
import { Submit } from '../kit/submit.tsx'
import { TextArea } from '../kit/textarea.tsx'
import { PageHead } from '../kit/page-head.tsx'
import { page } from '../kit/shell.tsx'

function show(c: ConsoleContext) {
  return answer(c, {})
}

/** Answers without a redirect: a token must not get into a URL, the history or a log. */
const explain = formRoute({
  path: '/inspector',
  right: 'clients:read',
  parse: (c) => {
    const pasted = c.var.form.get('token') ?? ''
    if (pasted.trim() === '') throw invalidField('token', 'must be pasted first')
    return pasted
  },
  run: (c, _request, pasted) => diagnoseToken(c.var.deps, pasted),
  done: (c, explanation) => answer(c, { explanation }),
  repeat: 'runs',
  show: (c, entered) => answer(c, { problem: errorOf(entered, 'token') ?? NOT_KEPT }),
})

const NOT_KEPT = 'must be pasted again: you were signed out, and no token is kept'

type InspectorProps = { explanation?: Explanation; problem?: string }

async function answer(c: ConsoleContext, shown: InspectorProps): Promise<Response> {
  const { base, formToken, deps } = c.var
  const body = <InspectorPage base={base} formToken={formToken} now={deps.now()} {...shown} />
  const status = shown.problem === undefined ? 200 : 400
  return page(c, { title: 'Token inspector', section: 'find', status }, body)
}

type PageProps = InspectorProps & { base: string; formToken: string; now: Seconds }

function InspectorPage({ base, formToken, now, explanation, problem }: PageProps) {
  return (
    <>
      <PageHead
        title="Token inspector"
        about={
          <>
            For access tokens of Portcullis. For one that a platform gave its workload:{' '}
            <a href={`${base}/workloads`}>Why is a workload’s token refused?</a>
          </>
        }
      />
      {explanation && <Explained base={base} now={now} of={explanation} />}
      <form class="card form pad" method="post" action={`${base}/inspector`}>
        <FormToken token={formToken} />
        <div class="field">
          <label for="token">{explanation ? 'Another token' : 'Token'}</label>
          <p id="token-hint" class="hint">
            It is neither stored nor logged. Where others may see your screen, mind that a token is
            a key until it expires.
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
        <Submit kind="primary" label="Inspect token" />
      </form>
    </>
  )
}

export const inspectorRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/inspector', right: 'clients:read', handle: show },
  explain,
]
