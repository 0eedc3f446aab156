import { base64 } from '../../platform/base64.ts'
import { ask, type Offers, type Session } from './session.ts'
import type { Credentials } from './url.ts'

// RFC 5321 §4.5.3.1.4, with the line break.
const COMMAND_MAX = 510

/** RFC 4954, by whichever mechanism the server offers that needs fewer round trips. */
export async function authenticate(
  session: Session,
  offers: Offers,
  credentials: Credentials,
): Promise<void> {
  const mechanisms = offers.get('AUTH') ?? []
  if (mechanisms.includes('PLAIN')) return authPlain(session, credentials)
  if (mechanisms.includes('LOGIN')) return authLogin(session, credentials)
  throw new Error('the server offers neither AUTH PLAIN nor AUTH LOGIN')
}

/** RFC 4616 */
async function authPlain(session: Session, { user, password }: Credentials): Promise<void> {
  const response = base64(`\0${user}\0${password}`)
  const command = `AUTH PLAIN ${response}`
  // RFC 4954 §4: a response that makes the line too long waits until the server asks.
  if (command.length <= COMMAND_MAX) {
    await ask(session, command, '235', 'AUTH PLAIN')
    return
  }
  await ask(session, 'AUTH PLAIN', '334')
  await ask(session, response, '235', 'AUTH PLAIN')
}

/** The mechanism that some servers have instead (draft-murchison-sasl-login). */
async function authLogin(session: Session, { user, password }: Credentials): Promise<void> {
  await ask(session, 'AUTH LOGIN', '334')
  await ask(session, base64(user), '334', 'the user of AUTH LOGIN')
  await ask(session, base64(password), '235', 'AUTH LOGIN')
}

/** Text without the credentials, even where the server repeats them. */
export function withoutCredentials(text: string, credentials: Credentials | null): string {
  if (!credentials) return text
  const { user, password } = credentials
  const secrets = [base64(`\0${user}\0${password}`), base64(password), base64(user), password, user]
  const pattern = secrets.map((secret) => secret.replaceAll(/[^A-Za-z0-9]/gu, literal)).join('|')
  return text.replaceAll(new RegExp(pattern, 'gu'), '[hidden]')
}

function literal(char: string): string {
  return `\\u{${char.codePointAt(0)?.toString(16)}}`
}
