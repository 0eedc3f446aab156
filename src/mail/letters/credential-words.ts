import type { CredentialKind } from '../../domain/credential.ts'
import type { Reminder } from '../../domain/reminder.ts'

type Words = {
  /** In `The … of "Nightly export" expires`, and in the list of facts. */
  name: string
  /** In `A … expires` and in `3 … expire`. */
  one: string
  several: string
  /** In `before … expires`. */
  any: string
}

const WORDS: Record<CredentialKind, Words> = {
  secret: { name: 'secret', one: 'client secret', several: 'client secrets', any: 'a secret' },
  public_key: {
    name: 'public key',
    one: 'public key',
    several: 'public keys',
    any: 'a public key',
  },
  federated_credential: {
    name: 'federated credential',
    one: 'federated credential',
    several: 'federated credentials',
    any: 'a federated credential',
  },
  certificate: {
    name: 'certificate',
    one: 'client certificate',
    several: 'client certificates',
    any: 'a certificate',
  },
}

const MIXED: Words = {
  name: 'credential',
  one: 'credential',
  several: 'credentials',
  any: 'a credential',
}

const STEPS: Record<CredentialKind, string> = {
  secret:
    'create a new secret on its page, hand it over to whoever runs the client, and delete the old ' +
    'one when the new one is in use',
  public_key:
    'add a new public key on its page, have whoever runs the client sign with the new private key, ' +
    'and delete the old one when the new one is in use',
  federated_credential:
    'if its workload should go on getting tokens, add the same federated credential with a later ' +
    'date on its page, and delete the old one',
  certificate:
    'register its next certificate, have whoever runs the client use that one, and delete the old ' +
    'one when the new one is in use',
}

/** The words for these, which may be of several kinds. */
export function wordsFor(reminders: Reminder[]): Words {
  const [kind, another] = kindsOf(reminders)
  return kind && !another ? WORDS[kind] : MIXED
}

/** The steps to take before these expire. */
export function adviceFor(reminders: Reminder[]): string {
  const [kind = 'secret', another] = kindsOf(reminders)
  if (reminders.length === 1) {
    return `When it has expired, the client gets no more tokens with it. Before that: ${STEPS[kind]}.`
  }
  const then = 'When one has expired, its client gets no more tokens with it. Before that, for each'
  if (!another) return `${then} client: ${STEPS[kind]}.`
  const [first, ...others] = kindsOf(reminders).map(
    (one) => `with such a ${WORDS[one].name}: ${STEPS[one]}.`,
  )
  return [`${then} client ${first}`, ...others.map((words) => `For each ${words}`)].join(' ')
}

/** The kinds of these, in one order. */
function kindsOf(reminders: Reminder[]): CredentialKind[] {
  const all = Object.keys(WORDS) as CredentialKind[]
  return all.filter((kind) => reminders.some((reminder) => reminder.kind === kind))
}
