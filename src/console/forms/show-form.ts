import { requireRight } from '../../domain/authority.ts'
import type { ConsoleContext, ConsoleForm, ConsoleMiddleware } from '../kit/console-env.ts'
import { errorPage } from '../kit/error-page.tsx'
import { newFormToken, personOf } from './form-token.ts'
import { type Kept, openKept } from './kept.ts'

// A form is shown again with what was typed. It is never carried out until its author sends it.

/** Shows a form from an earlier session of the same person, such as one in an old tab. */
export const showEarlierForm: ConsoleMiddleware = async (c, next) => {
  const { showForm, form, formNonce, isEarlier } = c.var
  if (!isEarlier || !showForm) return next()
  c.set('formToken', await newFormToken(c, c.var.visitor, formNonce))
  return showForm(c, { values: form, errors: [], note: 'earlier' })
}

/** Shows a kept form to its author, and to no one else. */
export async function showKeptForm(c: ConsoleContext, text: string | null): Promise<Response> {
  const { visitor } = c.var
  const kept = await openKept(c, text)
  const found = kept && formAt(c.var.forms, kept.path)
  if (!found) return goneOn(c)
  if (kept.person !== personOf(visitor)) return someoneElses(c)
  requireRight(visitor.principal, found.form.right)
  return showKept(c, kept, found)
}

async function showKept(c: ConsoleContext, kept: Kept, { form, params }: Found): Promise<Response> {
  const values = new URLSearchParams(kept.fields)
  c.set('form', values)
  c.set('params', params)
  c.set('formToken', await newFormToken(c, c.var.visitor, kept.nonce))
  return form.show(c, { values, errors: [], note: 'kept' })
}

type Found = { form: ConsoleForm; params: Record<string, string> }

function formAt(forms: ConsoleForm[], path: string): Found | null {
  for (const form of forms) {
    const names = [...form.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
    const match = new RegExp(`^${form.path.replaceAll(/:\w+/g, '([^/]+)')}$`).exec(path)
    if (!match) continue
    const params = Object.fromEntries(names.map((name, i) => [name, match[i + 1] ?? '']))
    return { form, params }
  }
  return null
}

function goneOn(c: ConsoleContext) {
  const why = 'A form is kept for an hour while you sign in again. Nothing was done.'
  return errorPage(c, 400, 'Your form is no longer kept', why)
}

function someoneElses(c: ConsoleContext) {
  const why = 'Somebody else filled this form in, so it is not shown to you. Nothing was done.'
  return errorPage(c, 403, 'Not your form', why)
}
