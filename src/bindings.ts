import { KEY_LENGTH_MIN, type KeyRing, readKeyRing } from './crypto/key-ring.ts'
import { readAddresses } from './domain/administrator.ts'
import { type CheckpointSettings, readCheckpointCopies } from './domain/checkpoint-copies.ts'
import { Unavailable } from './domain/errors.ts'
import { type EventsSettings, readEventsWebhook } from './domain/events-webhook.ts'
import type { KeyVersions, UsedKey } from './domain/key-use.ts'
import { readOrNote, type SettingProblem, WrongSetting } from './domain/setting.ts'
import { readSignInBy, type SignInBy } from './domain/sign-in.ts'
import type { AuthServerBindings, Settings } from './options.ts'
import { isB64token } from './platform/b64token.ts'

/** The bindings once read: the keys, the initial administrators, and how people sign in. */
export type Configured = {
  bindings: AuthServerBindings
  keys: Keys
  bootstrapToken: string | undefined
  proxySecret: string | undefined
  metrics: AuthServerBindings['metrics']
  gates: AuthServerBindings['gates']
  administrators: string[]
  signInBy: SignInBy
  events: EventsSettings | null | 'wrong'
  checkpoints: CheckpointSettings
  /** The wrong ones among the last five, which let no one in. */
  problems: SettingProblem[]
}

export type Keys = { pepper: KeyRing; wrappingKey: KeyRing; auditKey: KeyRing; cookieKey: KeyRing }

/** Serves no request if a secret is missing or short; logs what is wrong, and quotes nothing. */
export function configured<Env>(settings: Settings<Env>, env: Env): Configured {
  try {
    return readBindings(settings.bindings(env))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const names = error instanceof WrongSetting ? error.settings : []
    throw new Unavailable('configuration', error.message, names)
  }
}

/**
 * Refuses to serve unless everything that tokens depend on is there and right. Any other wrong
 * setting is read in the safe way, and is reported.
 * @throws WrongSetting that names what is missing, too short or malformed, and quotes no secret
 */
function readBindings(bindings: AuthServerBindings): Configured {
  const problems: SettingProblem[] = []
  const readOr = readOrNote(problems)
  const {
    bootstrapToken: token,
    clientCertificateProxySecret: secret,
    oidc,
    access,
    groups,
  } = bindings
  return {
    bindings,
    keys: readKeys(bindings),
    bootstrapToken: readOr(() => readBootstrapToken(token), undefined, 'it opens nothing'),
    proxySecret: readOr(() => readProxySecret(secret), undefined, 'no proxy is trusted'),
    metrics: readOr(() => readMetrics(bindings.metrics), undefined, 'nothing is measured'),
    gates: readOr(() => readGates(bindings.gates), undefined, 'D1 is asked'),
    administrators: readOr(
      () => readAddresses(bindings.administrators ?? ''),
      [],
      'it adds no one',
    ),
    signInBy: readSignInBy(readOr, oidc, access, groups),
    events: readOr(() => readEventsWebhook(bindings.events), 'wrong', 'no event is sent'),
    checkpoints: readOr(
      () => readCheckpointCopies(bindings.checkpoints),
      NO_COPIES,
      'no copy is made',
    ),
    problems,
  }
}

const NO_COPIES: CheckpointSettings = { bucket: null, events: false, mail: null }

/** The versions of each key that rows of the database depend on. */
export function keyVersionsOf({ pepper, wrappingKey, auditKey }: Keys): KeyVersions[] {
  return [
    versionsOf('PEPPER', pepper),
    versionsOf('WRAPPING_KEY', wrappingKey),
    versionsOf('AUDIT_KEY', auditKey),
  ]
}

function versionsOf(name: UsedKey, { versions }: KeyRing): KeyVersions {
  return { name, versions: [...versions.keys()] }
}

function readKeys(bindings: AuthServerBindings): Keys {
  const { database, denylist } = bindings
  if (typeof database?.prepare !== 'function') {
    throw new WrongSetting('DB', 'the D1 binding is missing')
  }
  if (typeof denylist?.put !== 'function') {
    throw new WrongSetting('DENYLIST', 'the KV binding is missing')
  }
  return {
    pepper: readKeyRing('PEPPER', bindings.pepper),
    wrappingKey: readKeyRing('WRAPPING_KEY', bindings.wrappingKey),
    auditKey: readKeyRing('AUDIT_KEY', bindings.auditKey),
    cookieKey: readKeyRing('COOKIE_KEY', bindings.cookieKey),
  }
}

/** @throws WrongSetting */
export function readBootstrapToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined
  const name = 'BOOTSTRAP_TOKEN'
  if (typeof token !== 'string') throw new WrongSetting(name, `${name} must be text`)
  if (token.length < KEY_LENGTH_MIN) {
    const least = `it needs at least ${KEY_LENGTH_MIN} characters`
    throw new WrongSetting(name, `${name} is too short: ${least}`)
  }
  if (!isB64token(token)) {
    throw new WrongSetting(name, `${name} must have only letters, digits, -, ., _, ~, + and /`)
  }
  return token
}

/** @throws WrongSetting */
export function readProxySecret(secret: string | undefined): string | undefined {
  if (secret === undefined || secret === '') return undefined
  const name = 'CLIENT_CERTIFICATE_PROXY_SECRET'
  if (typeof secret === 'string' && /^[\x21-\x7e]+$/.test(secret)) {
    if (secret.length >= KEY_LENGTH_MIN) return secret
    throw new WrongSetting(name, `${name} is too short: it needs ${KEY_LENGTH_MIN} characters`)
  }
  throw new WrongSetting(name, `${name} must be printable ASCII without spaces`)
}

/** @throws WrongSetting */
function readMetrics(dataset: AuthServerBindings['metrics']): AuthServerBindings['metrics'] {
  if (dataset === undefined || typeof dataset?.writeDataPoint === 'function') return dataset
  throw new WrongSetting('METRICS', 'METRICS must be a binding of Workers Analytics Engine')
}

/** @throws WrongSetting */
function readGates(gates: AuthServerBindings['gates']): AuthServerBindings['gates'] {
  if (gates === undefined || typeof gates?.idFromName === 'function') return gates
  throw new WrongSetting('GATES', 'GATES must be a binding of Durable Objects')
}
