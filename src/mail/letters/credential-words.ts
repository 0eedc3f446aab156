import type { CredentialKind } from '../../domain/credential.ts'
import type { Reader } from '../../domain/mail.ts'
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
    'rotate the secret on the client’s page and give the new one to the client’s owner. The old ' +
    'one can stop by itself once the new one is in use',
  public_key:
    'add a new public key on the client’s page, have the client’s owner sign with the new ' +
    'private key, and delete the old one once the new one is in use',
  federated_credential:
    'if the workload still needs tokens, add the same federated credential with a later date on the ' +
    'client’s page, and delete the old one',
  certificate:
    'add the next certificate, have the client’s owner use it, and delete the old one once the ' +
    'new one is in use',
}

/** The words for these, which may be of several kinds. */
export function wordsFor(reminders: Reminder[]): Words {
  const [kind, another] = kindsOf(reminders)
  return kind && !another ? WORDS[kind] : MIXED
}

/** The steps to take before these expire, or once they have: all of `reminders` have, or none. */
export function adviceFor(reminders: Reminder[], reader: Reader, haveExpired: boolean): string {
  const isOne = reminders.length === 1
  const means = isOne ? meansOfOne(haveExpired) : meansOfSeveral(haveExpired)
  if (reader !== 'administrator') {
    return `${means} ask an administrator of Portcullis to replace ${isOne ? 'it' : 'them'}.`
  }
  const [kind = 'secret', another] = kindsOf(reminders)
  if (isOne) return `${means} ${STEPS[kind]}.`
  if (!another) return `${means} for each client: ${STEPS[kind]}.`
  const [first, ...others] = kindsOf(reminders).map(
    (one) => `with such a ${WORDS[one].name}: ${STEPS[one]}.`,
  )
  return [`${means} for each client ${first}`, ...others.map((words) => `For each ${words}`)].join(
    ' ',
  )
}

function meansOfOne(hasExpired: boolean): string {
  return hasExpired
    ? 'The client can’t get tokens with it. If the client is still needed,'
    : 'Once it has expired, the client can’t get tokens with it. Before then,'
}

function meansOfSeveral(haveExpired: boolean): string {
  return haveExpired
    ? 'The clients can’t get tokens with them. Where a client is still needed,'
    : 'Once one has expired, its client can’t get tokens with it. Before then,'
}

/** The kinds of these, in one order. */
function kindsOf(reminders: Reminder[]): CredentialKind[] {
  const all = Object.keys(WORDS) as CredentialKind[]
  return all.filter((kind) => reminders.some((reminder) => reminder.kind === kind))
}
