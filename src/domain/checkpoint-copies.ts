import { readAddress } from './administrator.ts'
import { type FlagValue, readFlag } from './flag.ts'
import { WrongSetting } from './setting.ts'

/** Where the checkpoints of the audit tree go besides the database; see docs/verifiable-audit.md. */
export type CheckpointConfig = {
  /** R2: each checkpoint becomes an object of its own, and none is overwritten. */
  bucket?: R2Bucket | undefined
  /** Whether the receiver of events gets each checkpoint, too. @default false */
  events?: FlagValue
  /** An address that gets the newest checkpoint once a day. */
  mail?: string | undefined
}

export type CheckpointSettings = { bucket: R2Bucket | null; events: boolean; mail: string | null }

/** The variables of the environment for the same. */
export type CheckpointVariables = {
  AUDIT_BUCKET?: R2Bucket
  AUDIT_CHECKPOINT_EVENTS?: string
  AUDIT_CHECKPOINT_MAIL?: string
}

export function checkpointsIn(env: CheckpointVariables): CheckpointConfig {
  const { AUDIT_BUCKET: bucket, AUDIT_CHECKPOINT_EVENTS: events, AUDIT_CHECKPOINT_MAIL: mail } = env
  return { bucket, events, mail }
}

/** @throws WrongSetting that quotes no value */
export function readCheckpointCopies(given: CheckpointConfig = {}): CheckpointSettings {
  const { bucket = null, mail } = given
  if (bucket !== null && typeof bucket.put !== 'function') {
    throw new WrongSetting('AUDIT_BUCKET', 'AUDIT_BUCKET must be a binding of R2')
  }
  const address = mail ? readAddress(mail) : null
  if (mail && address === null) {
    const name = 'AUDIT_CHECKPOINT_MAIL'
    throw new WrongSetting(name, `${name} must be one address`)
  }
  return { bucket, events: readFlag('AUDIT_CHECKPOINT_EVENTS', given.events), mail: address }
}
