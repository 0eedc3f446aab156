import { isLive, retire, type Secret } from './secret.ts'

// A secret may be made so that the others keep working until it is used for the first time. That
// use begins their retirement; the note of it is written first, and their ends follow from it.

/**
 * The secrets with what first uses began: those that were there before a secret that was used end so
 * long after its first use as was asked for. The very same list where nothing was begun.
 */
export function afterFirstUses(secrets: Secret[]): Secret[] {
  return secrets.filter(hasBegun).reduce(retireThoseBefore, secrets)
}

/** Whether the secrets before it still wait for its first use. */
export function awaitsFirstUse(secret: Secret): boolean {
  return secret.retireOthersIn !== null && firstUseOf(secret) === null
}

function hasBegun(secret: Secret): boolean {
  return secret.retireOthersIn !== null && firstUseOf(secret) !== null
}

function retireThoseBefore(secrets: Secret[], used: Secret): Secret[] {
  const [at, seconds] = [firstUseOf(used), used.retireOthersIn]
  if (at === null || seconds === null) return secrets
  const place = secrets.findIndex(({ secretId }) => secretId === used.secretId)
  return secrets.map((secret, i) => {
    if (i === place) return { ...secret, retireOthersIn: null }
    return i < place && isLive(secret, at) ? retire(secret, at, seconds) : secret
  })
}

/** A release that does not know of first uses notes the last use alone. */
function firstUseOf({ firstUsedAt, lastUsedAt }: Secret) {
  return firstUsedAt ?? lastUsedAt
}

/** The secret for whose first use this one still waits: the soonest to come. */
export function awaitedBy(secrets: Secret[], { secretId }: Secret): Secret | null {
  const place = secrets.findIndex((one) => one.secretId === secretId)
  return secrets.find((one, i) => i > place && awaitsFirstUse(one)) ?? null
}
