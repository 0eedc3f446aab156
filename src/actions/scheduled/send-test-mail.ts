import type { Principal } from '../../domain/authority.ts'
import { invalidField, Refusal } from '../../domain/errors.ts'
import type { Delivery, MailerName } from '../../domain/mail.ts'
import { readAddress } from '../../domain/administrator.ts'
import type { Deps } from '../../domain/deps.ts'
import { letInConfiguredAdministrators } from '../administrators/let-in-configured-administrators.ts'
import type { CommitDeps } from '../changes/commit-change.ts'

type TestMailDeps = CommitDeps &
  Pick<Deps, 'administrators' | 'configuredAdministrators' | 'mailer' | 'random' | 'now'>

export type TestMail = { email: string; mailer: MailerName; delivery: Delivery }

const MESSAGE_ID_LENGTH = 22

/**
 * Sends a test mail to the person who asks for it. The bootstrap token has no address: it names an
 * administrator's, or defaults to the longest-serving one's. Never to a stranger, or the server
 * would be an open relay.
 */
export async function sendTestMail(
  deps: TestMailDeps,
  principal: Principal,
  wanted: string | undefined,
): Promise<TestMail> {
  await letInConfiguredAdministrators(deps)
  const email = await recipientOf(deps, principal, wanted)
  const messageId = deps.random(MESSAGE_ID_LENGTH)
  const letter = { kind: 'test', now: deps.now() } as const
  const delivery = await deps.mailer.send({ messageId, to: email, letter })
  return { email, mailer: deps.mailer.name, delivery }
}

async function recipientOf(
  deps: TestMailDeps,
  principal: Principal,
  wanted: string | undefined,
): Promise<string> {
  if (wanted !== undefined) return administratorsAddress(deps, wanted)
  const itself =
    principal.type === 'administrator' ? await deps.administrators.find(principal.id) : null
  const [eldest] = itself ? [itself] : await deps.administrators.managers(1)
  if (eldest) return eldest.email
  throw new Refusal('conflict', 'There is no administrator with manage access to send it to.')
}

async function administratorsAddress(deps: TestMailDeps, wanted: string): Promise<string> {
  const address = readAddress(wanted)
  if (address && (await deps.administrators.findByEmail(address))) return address
  throw invalidField('email', 'must be the address of an administrator')
}
