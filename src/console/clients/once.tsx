import { h } from '../html.ts'
import { Refusal } from '../../domain/errors.ts'
import type { ConsoleContext } from '../door.ts'
import { page } from '../shell.tsx'

// A form that makes something carries the id of what it makes: posted twice, it makes it once.

const ONCE_LENGTH = 22

export function OnceField({ once }: { once: string }) {
  return <input type="hidden" name="once" value={once} />
}

/** A new one, or where the form comes again, the one that it had. */
export function onceOf(c: ConsoleContext): string {
  const sent = c.get('form')?.get('once') ?? ''
  return isOnce(sent) ? sent : c.var.deps.random(ONCE_LENGTH)
}

export function readOnce(form: URLSearchParams): string {
  const once = form.get('once') ?? ''
  if (!isOnce(once)) throw new Refusal('invalid_request', 'The form is not complete. Open it anew.')
  return once
}

function isOnce(text: string): boolean {
  return /^[0-9A-Za-z]{22}$/.test(text)
}

/** After a reload or a second click: what was made is there, and its secret is not shown again. */
export function sentAlready(c: ConsoleContext, clientId: string, what: string) {
  const title = 'This form was sent already'
  return page(
    c,
    { title, section: 'clients', status: 409 },
    <section class="card narrow">
      <h1>{title}</h1>
      <p>
        It made {what}, once. The secret was shown then and cannot be shown again. If nobody has it,
        delete that secret and generate a new one.
      </p>
      <p>
        <a href={`${c.var.base}/clients/${clientId}`}>Go to the API client</a>
      </p>
    </section>,
  )
}

/** Does what a form makes once; where that was done before, says so. */
export async function orSentAlready(
  work: () => Promise<Response>,
  already: () => Response | Promise<Response>,
  id: string,
  isTaken: (id: string) => Promise<boolean>,
): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'conflict' || !(await isTaken(id)))
      throw error
    return already()
  }
}
