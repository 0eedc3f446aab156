import type { ConsoleContext, Visitor } from '../console-env.ts'

/** What a form carries, signed: of which session it is, whose that was, and by what it is told from others. */
export type FormToken = { session: string; person: string; once: string }

const ONCE_LENGTH = 22

/** By what a person is known again in another session. */
export function personOf({ principal }: Pick<Visitor, 'principal'>): string {
  return `${principal.type}:${principal.id}`
}

/** `once`: of a form that comes again and may have been carried out, so that it is not carried out twice. */
export function newFormToken(c: ConsoleContext, visitor: Visitor, once?: string): Promise<string> {
  const { deps } = c.var
  const said = [visitor.session.id, personOf(visitor), once ?? deps.random(ONCE_LENGTH)]
  return deps.formTokens.write(said)
}

/** Null for a form that no page of ours had. */
export async function readFormToken(
  c: ConsoleContext,
  form: URLSearchParams,
): Promise<FormToken | null> {
  const said = await c.var.deps.formTokens.read(form.get('form_token') ?? '')
  if (!Array.isArray(said)) return null
  const [session, person, once] = said as string[]
  return session && person && once ? { session, person, once } : null
}
