import type { ConsoleContext, Visitor } from '../kit/console-env.ts'

/** The signed content of a form: its session, its person, and an id that tells it from others. */
export type FormToken = { session: string; person: string; once: string }

const ONCE_LENGTH = 22

/** Recognizes a person in another session. */
export function personOf({ principal }: Pick<Visitor, 'principal'>): string {
  return `${principal.type}:${principal.id}`
}

/** `once`: keeps a form that comes again, and may have been carried out, from a second run. */
export function newFormToken(c: ConsoleContext, visitor: Visitor, once?: string): Promise<string> {
  const { deps } = c.var
  const said = [visitor.session.id, personOf(visitor), once ?? deps.random(ONCE_LENGTH)]
  return deps.formTokens.write(said)
}

/** Null for a form that was on no page of ours. */
export async function readFormToken(
  c: ConsoleContext,
  form: URLSearchParams,
): Promise<FormToken | null> {
  const said = await c.var.deps.formTokens.read(form.get('form_token') ?? '')
  if (!Array.isArray(said)) return null
  const [session, person, once] = said as string[]
  return session && person && once ? { session, person, once } : null
}
