import type { ConsoleContext, Visitor } from '../kit/console-env.ts'

/** The signed content of a form: its session, its person, and a nonce of its own. */
export type FormToken = { session: string; person: string; nonce: string }

const NONCE_LENGTH = 22

/** Recognizes a person in another session. */
export function personOf({ principal }: Pick<Visitor, 'principal'>): string {
  return `${principal.type}:${principal.id}`
}

/** `nonce`: the one of a form that is shown again, as it may have been carried out already. */
export function newFormToken(c: ConsoleContext, visitor: Visitor, nonce?: string): Promise<string> {
  const { deps } = c.var
  const content = [visitor.session.id, personOf(visitor), nonce ?? deps.random(NONCE_LENGTH)]
  return deps.formTokens.write(content)
}

/** Null for a form that was on no page of ours. */
export async function readFormToken(
  c: ConsoleContext,
  form: URLSearchParams,
): Promise<FormToken | null> {
  const content = await c.var.deps.formTokens.read(form.get('form_token') ?? '')
  if (!Array.isArray(content)) return null
  const [session, person, nonce] = content as string[]
  return session && person && nonce ? { session, person, nonce } : null
}
