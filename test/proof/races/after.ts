import { saysTrue } from './operations.ts'
import { tokensOf } from './outcome.ts'
import type { Run } from './pair.ts'
import { type Json, ok, type Isolate } from './isolate.ts'
import { RECIPIENTS } from './starts.ts'

// Further conditions on some races when they are over.

/** INV-3: a resume brings each token back as it was, also those that came out on the way. */
export async function tokensReturn(run: Run): Promise<string[]> {
  const [isolate] = run.isolates as [Isolate]
  if (run.final.isSuspended) {
    await ok(isolate.admin('DELETE', `/clients/${run.start.client.id}/suspension`))
  }
  const problems: string[] = []
  for (const token of tokensOf(run)) {
    const body = await ok(isolate.introspect(token.text, run.start.caller))
    const isBack = saysTrue(body, token, { ...run.final, isSuspended: false })
    if (!isBack) problems.push(`after a resume: ${JSON.stringify(body)}`)
  }
  return problems
}

/** INV-6, INV-7: each secret that was shown works, unless its client is gone, and was shown once. */
export async function secretsWork({ world, done, final, start, isolates }: Run): Promise<string[]> {
  const [isolate] = isolates as [Isolate]
  const shown = done.flatMap(({ answer }): string[] => answer.body['client_secret'] ?? [])
  const problems = new Set(shown).size === shown.length ? [] : ['a secret was shown twice']
  const stored = world.sqlite.dump()
  if (shown.some((secret) => stored.includes(secret))) problems.push('a secret is in D1')
  const expected = final.isDeleted || final.isSuspended ? 401 : 200
  for (const secret of shown) {
    const { answer, behind } = await isolate.token({ id: start.client.id, secret })
    await behind
    if (answer.status !== expected) problems.push(`a new secret: ${answer.status}`)
  }
  return problems
}

const SECRETS = 2

/** INV-13: each administrator is reminded of each secret once, and the log says so once. */
export async function remindersOnce({ world }: Run): Promise<string[]> {
  const reminded = world.box.mails.flatMap(({ to, text }) =>
    [...text.matchAll(/Client ID: (\S+)\n/g)].map(([, id]) => `${id} to ${to}`),
  )
  const logged = world.sqlite.rows<Json>(
    `SELECT target_id, changes FROM portcullis_audit_events WHERE action = 'reminder.sent'`,
  )
  const expected = SECRETS * RECIPIENTS.length
  const problems: string[] = []
  if (new Set(reminded).size !== reminded.length)
    problems.push(`reminded twice: ${reminded.join(', ')}`)
  if (reminded.length !== expected) problems.push(`${reminded.length} of ${expected} reminded`)
  if (logged.length !== reminded.length) problems.push(`${logged.length} in the log`)
  return problems
}
