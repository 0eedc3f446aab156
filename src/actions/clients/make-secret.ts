import { invalidField } from '../../domain/errors.ts'
import type { Deps } from '../../domain/deps.ts'
import { defaultExpiry, expiryOn, type Secret } from '../../domain/secret.ts'
import { formatSecret, hintOf, KEY_ID_LENGTH, RANDOM_LENGTH } from '../../domain/secret-text.ts'
import { requireAllowed } from '../../domain/policy.ts'
import type { Seconds } from '../../domain/time.ts'
import { newId } from '../../domain/ids.ts'

export type SecretInput = {
  expiresOn?: string | undefined
  remind?: boolean | undefined
  label?: string | undefined
}

/** The properties that a secret is given when it is made. */
type Given = Pick<Secret, 'remind' | 'label' | 'createdBy' | 'retireOthersIn'>

/** `field`: the name of the expiry where it was sent. */
type Making = Pick<Given, 'createdBy'> & Partial<Pick<Given, 'retireOthersIn'>> & { field: string }

export type SecretDeps = Pick<Deps, 'random' | 'verifiers' | 'policy'>

/** A new secret and its text, which exists only in the answer that carries it. */
export type NewSecretText = { secret: Secret; text: string }

export async function makeSecret(
  deps: SecretDeps,
  input: SecretInput,
  { field, createdBy, retireOthersIn = null }: Making,
  now: Seconds,
): Promise<NewSecretText> {
  requireAllowed(deps.policy, 'secret')
  const { remind = true, label = '' } = input
  const given = { remind, label, createdBy, retireOthersIn }
  return secretUntil(deps, expiryOf(deps, input, field, now), given, now)
}

/** @throws Refusal if it cannot expire on the day that was asked for */
export function expiryOf(
  { policy: { secretDays, secretDaysMax } }: Pick<Deps, 'policy'>,
  { expiresOn }: SecretInput,
  field: string,
  now: Seconds,
): Seconds {
  const expiresAt =
    expiresOn === undefined
      ? defaultExpiry(now, secretDays)
      : expiryOn(expiresOn, now, secretDaysMax)
  if (typeof expiresAt === 'string') throw invalidField(field, expiresAt)
  return expiresAt
}

/** Like `makeSecret`, with a given expiry. */
export async function secretUntil(
  deps: SecretDeps,
  expiresAt: Seconds,
  { remind, label, createdBy, retireOthersIn }: Given,
  now: Seconds,
): Promise<NewSecretText> {
  requireAllowed(deps.policy, 'secret')
  const keyId = deps.random(KEY_ID_LENGTH)
  const text = formatSecret(keyId, deps.random(RANDOM_LENGTH))
  const verifier = await deps.verifiers.make(keyId, text)
  const given = { remind, label, createdBy, retireOthersIn }
  return {
    secret: secretOf(deps, expiresAt, { ...given, verifier, hint: hintOf(text) }, now),
    text,
  }
}

/** A new secret, whether its text was made here or elsewhere. */
export function secretOf(
  deps: Pick<Deps, 'random'>,
  expiresAt: Seconds,
  given: Given & Pick<Secret, 'verifier' | 'hint'>,
  now: Seconds,
): Secret {
  return {
    ...given,
    secretId: newId('secret', deps.random),
    createdAt: now,
    expiresAt,
    retiresAt: null,
    lastUsedAt: null,
    firstUsedAt: null,
    graceAt: null,
    remindedAt: null,
    reminderError: null,
  }
}
