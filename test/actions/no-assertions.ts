import { unasked } from './one-client.ts'

// For clients that prove themselves by a secret: nothing of keys and certificates is asked for.

export const noAssertions = {
  assertions: { verify: unasked },
  trust: { issuers: unasked, rules: unasked, lastIssuers: () => [], forget: () => {} },
  remoteKeys: { of: unasked, readAgain: unasked },
  workloadTokens: { read: () => null, isSignedBy: unasked, idOf: unasked },
  verificationKeys: { forget: () => {}, of: unasked },
  certificates: { of: unasked, forget: () => {} },
  certificateReader: { read: unasked, readPem: unasked, readName: () => ({ problem: 'unasked' }) },
}

/** The rest of the reads of credentials. */
export const noKeyReads = { keysOf: unasked, certificatesOf: unasked }

/** For clients none of whose secrets waits for the first use of another. */
export const noRetirements = {
  ledger: { head: unasked, commit: unasked, lease: unasked },
  seals: { seal: unasked, verify: unasked, hasKeyOf: () => false },
  clients: { find: unasked },
  random: () => '',
  backOff: unasked,
  gates: null,
  answerAfter: () => {},
}
