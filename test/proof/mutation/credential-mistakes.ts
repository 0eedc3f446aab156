import type { Mistake } from './mistakes.ts'

const VERIFIER = 'src/crypto/assertion-verifier.ts'
const JUDGEMENT = 'src/domain/rule-judgement.ts'
const BY_KEY = 'test/http/oauth/private-key-jwt.test.ts'
const PRESETS = 'test/domain/federation-presets.test.ts'
const PLANTED = 'test/attacks/planted-credentials.test.ts'

const KEYS: Mistake[] = [
  {
    name: 'a condition on a number that JSON rounds is taken',
    file: 'src/actions/clients/create-federated-credential.ts',
    find: 'if (!isExact(value)) throw',
    replace: 'if (false) throw',
    noticedBy: 'test/http/admin/federation.test.ts',
  },
  {
    name: 'a condition on a number that JSON rounded is met by another number',
    file: JUDGEMENT,
    find: 'if (!isExact(expected)) return',
    replace: 'if (false) return',
    noticedBy: 'test/domain/rule-judgement.test.ts',
  },
  {
    name: 'a leaked secret waits for the first use of the new one',
    file: 'src/console/clients/form-input.ts',
    find: 'waits ? CLOCKLESS[choice] : undefined',
    replace: "waits && choice !== '0' ? CLOCKLESS[choice] : undefined",
    noticedBy: 'test/console/secret-rotation.test.ts',
  },
  {
    name: 'an overlap that is misspelt or in the URL is ignored',
    file: 'src/http/oauth/form.ts',
    find: "'audience', 'overlap'])",
    replace: "'audience'])",
    noticedBy: 'test/http/rotation.test.ts',
  },
  {
    name: 'a guard goes by what it remembers though its clock was set back',
    file: 'src/platform/recent.ts',
    find: 'return Math.abs(now - at) < period',
    replace: 'return now - at < period',
    noticedBy: 'test/guard/clock-set-back.test.ts',
  },
  {
    name: 'an assertion is told from others by its signature',
    file: VERIFIER,
    find: '...(await provenOf(signed, clientId)),',
    replace: '...(await provenOf(signed, clientId)), id: assertion.slice(-80),',
    noticedBy: BY_KEY,
  },
  {
    name: 'a jti of one client is taken for that of another',
    file: VERIFIER,
    find: "`${clientId}\\0${String(claims['jti'])}`",
    replace: "String(claims['jti'])",
    noticedBy: BY_KEY,
  },
  {
    name: 'the algorithm is the one that the header names',
    file: VERIFIER,
    find: 'const fitting = named.filter(({ algorithm }) => headerNames(algorithm).includes(alg))',
    replace: `const own = Object.keys(VERIFICATION).find((one) => one === alg)
  const fitting = own ? named.map((key) => ({ ...key, algorithm: own })) : []`,
    noticedBy: BY_KEY,
  },
  {
    name: 'an assertion may be for several audiences',
    file: VERIFIER,
    find: 'aud.length === 1',
    replace: 'aud.length >= 1',
    noticedBy: 'test/http/oauth/forged-assertions.test.ts',
  },
  {
    name: 'an assertion lives as long as it says',
    file: VERIFIER,
    find: "if (exp - ASSERTION_SKEW > now + most) return 'lives_too_long'",
    replace: '',
    noticedBy: 'test/http/oauth/forged-assertions.test.ts',
  },
  {
    name: 'every assertion is accepted until it expires',
    file: 'src/actions/auth/public-key-method.ts',
    find: "key.replay === 'once' ? { id, expiresAt } : null",
    replace: 'null',
    noticedBy: BY_KEY,
  },
  {
    name: 'a key that someone wrote into the database is believed',
    file: 'src/crypto/verification-keys.ts',
    find: 'return isOurs ? { keyId, expiresAt, ...material } : null',
    replace: 'return { keyId, expiresAt, ...material }',
    noticedBy: PLANTED,
  },
]

const RULES: Mistake[] = [
  {
    name: 'a rule without conditions lets everyone in',
    file: JUDGEMENT,
    find: 'conditions.length > 0 && ',
    replace: '',
    noticedBy: PRESETS,
  },
  {
    name: 'a subject matches by its beginning',
    file: JUDGEMENT,
    find: "if (actual === expected) return ''",
    replace: "if (String(actual).startsWith(String(expected))) return ''",
    noticedBy: PRESETS,
  },
  {
    name: 'a claim matches whatever its type',
    file: JUDGEMENT,
    find: "if (actual === expected) return ''",
    replace: "if (String(actual) === String(expected)) return ''",
    noticedBy: PRESETS,
  },
  {
    name: 'a run for pull_request_target is let in',
    file: 'src/domain/federation-presets.ts',
    find: "new Set(['pull_request_target', 'workflow_run'])",
    replace: 'new Set()',
    noticedBy: PRESETS,
  },
  {
    name: 'an issuer that was changed is judged as it was',
    file: 'src/actions/auth/federated-method.ts',
    find: 'credential.rule.issuerVersion === issuer.version',
    replace: 'credential.rule.issuerVersion !== null',
    noticedBy: 'test/http/oauth/federation.test.ts',
  },
  {
    name: 'a rule does not cap how long a token lives',
    file: 'src/storage/clients/credential-row.ts',
    find: 'row.rule_lifetime ?? Infinity',
    replace: 'Infinity',
    noticedBy: 'test/http/oauth/federation.test.ts',
  },
  {
    name: 'an issuer that someone wrote into the database is believed',
    file: 'src/crypto/remembered-trust.ts',
    find: 'verifiers.matches(sealedIssuer(one.issuerId, one), one.verifier)',
    replace: 'Promise.resolve(true)',
    noticedBy: PLANTED,
  },
]

export const CREDENTIAL_MISTAKES = [...KEYS, ...RULES]
