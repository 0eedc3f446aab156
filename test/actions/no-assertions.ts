import { unasked } from './one-client.ts'

// For clients that prove themselves by a secret: nothing of public keys is asked for.

export const noAssertions = {
  assertions: { verify: unasked },
  verificationKeys: { of: unasked },
}

/** The rest of the reads of credentials. */
export const noKeyReads = { keysOf: unasked }
