import { lookUpCredential } from '../../actions/lookups/look-up-credential.ts'
import type { Lookup } from '../../actions/lookups/match.ts'
import { parse } from '../../web/parse.ts'
import { lookupSchema } from '../../web/schemas.ts'
import { formRoute } from '../forms/run-form.ts'
import type { ConsoleContext, ConsoleRoute } from '../kit/console-env.ts'
import { errorOf } from '../kit/field.tsx'
import { mayManage, page } from '../kit/shell.tsx'
import { FindPage } from './find-page.tsx'

function show(c: ConsoleContext) {
  return answer(c, {})
}

/** Answers without a redirect: what is pasted must not get into a URL, the history or a log. */
const find = formRoute({
  path: '/find',
  right: 'clients:read',
  parse: (c) => parse({ text: c.var.form.get('text') ?? '' }, lookupSchema).text,
  run: (c, _request, text) => lookUpCredential(c.var.deps, text),
  done: (c, lookup) => answer(c, { lookup }),
  repeat: 'runs',
  show: (c, entered) => answer(c, { problem: errorOf(entered, 'text') ?? NOT_KEPT }),
})

const NOT_KEPT =
  'must be pasted again: you were signed out, and nothing that is pasted here is kept'

async function answer(
  c: ConsoleContext,
  shown: { lookup?: Lookup; problem?: string },
): Promise<Response> {
  const { base, formToken, deps } = c.var
  const known = { base, formToken, now: deps.now(), mayManage: mayManage(c) }
  const status = shown.problem === undefined ? 200 : 400
  const title = 'Find a credential'
  return page(c, { title, section: 'find', status }, <FindPage {...known} {...shown} />)
}

export const findRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/find', right: 'clients:read', handle: show },
  find,
]
