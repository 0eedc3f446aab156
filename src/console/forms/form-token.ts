import type { ConsoleContext, Visitor } from '../kit/console-env.ts'

/** The signed content of a form: its session, its person, and a nonce of its own. */
export type FormToken = { session: string; person: string; nonce: string }

const NONCE_LENGTH = 22

/** Identifies a person across sessions. */
export function personOf({ principal }: Pick<Visitor, 'principal'>): string {
  return `${principal.type}:${principal.id}`
}

/** `nonce` is that of a form that is shown again, which may have been carried out already. */
export function newFormToken(c: ConsoleContext, visitor: Visitor, nonce?: string): Promise<string> {
  const { deps } = c.var
  const content = [visitor.session.id, personOf(visitor), nonce ?? deps.random(NONCE_LENGTH)]
  return deps.formTokens.write(content)
}

/** Returns null for a form that was not on a page of this console. */
export async function readFormToken(
  c: ConsoleContext,
  form: URLSearchParams,
): Promise<FormToken | null> {
  const content = await c.var.deps.formTokens.read(form.get('form_token') ?? '')
  if (!Array.isArray(content)) return null
  const [session, person, nonce] = content as string[]
  return session && person && nonce ? { session, person, nonce } : null
}
