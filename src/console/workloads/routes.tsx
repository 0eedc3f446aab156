import { type Diagnosis, diagnoseFederation } from '../../actions/federation/diagnose-federation.ts'
import type { Deps } from '../../domain/deps.ts'
import { invalidField } from '../../domain/errors.ts'
import { toDiagnosed } from '../../web/federation-input.ts'
import { diagnosisSchema } from '../../web/federation-schemas.ts'
import { parse } from '../../web/parse.ts'
import { formRoute } from '../forms/run-form.ts'
import type { ConsoleContext, ConsoleRoute } from '../kit/console-env.ts'
import type { Entered } from '../kit/field.tsx'
import { workloadsPage } from './workloads-page.tsx'

const PATH = '/workloads'
const right = 'clients:read'

function show(c: ConsoleContext) {
  return workloadsPage(c, { clientId: c.req.query('client_id') ?? '' })
}

/** Answers without a redirect: a token must not get into a URL, the history or a log. */
const explain = formRoute({
  path: PATH,
  right,
  parse: ({ var: { form } }) => {
    const assertion = (form.get('token') ?? '').trim()
    if (assertion === '') throw invalidField('assertion', 'must be pasted first')
    return parse({ assertion, client_id: clientIdIn(form) }, diagnosisSchema)
  },
  run: async (c, _request, input) => {
    await refuseUnknownClient(c.var.deps, input.client_id)
    return diagnoseFederation(c.var.deps, toDiagnosed(input), input.client_id)
  },
  done: (c, diagnosis: Diagnosis) =>
    workloadsPage(c, { clientId: clientIdIn(c.var.form), diagnosis }),
  repeat: 'runs',
  show: showAgain,
})

function clientIdIn(form: URLSearchParams): string {
  return (form.get('client_id') ?? '').trim()
}

async function refuseUnknownClient({ clients }: Pick<Deps, 'clients'>, id: string) {
  if (id === '' || (await clients.find(id))) return
  throw invalidField('client_id', 'is not the ID of an API client')
}

const NOT_KEPT = 'must be pasted again: you were signed out, and no token is kept'

function showAgain(c: ConsoleContext, entered: Entered) {
  const { values, errors, note } = entered
  const lost = note === undefined ? [] : [{ field: 'assertion', detail: NOT_KEPT }]
  const shown = { ...entered, errors: [...errors, ...lost] }
  return workloadsPage(c, { clientId: clientIdIn(values), entered: shown })
}

export const workloadPageRoutes: ConsoleRoute[] = [
  { method: 'GET', path: PATH, right, handle: show },
  explain,
]
