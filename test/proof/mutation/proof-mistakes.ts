import type { Mistake } from './mistakes.ts'

const READ = 'src/dpop/read-proof.ts'
const VERIFIED = 'src/dpop/verify-proof.ts'
const HOLDER = 'src/guard/holder.ts'
const MEMORY = 'src/guard/proof-memory.ts'

const PROOFS = 'test/dpop/verify-proof.test.ts'
const BOUND = 'test/guard/bound-tokens.test.ts'
const REPLAY = 'test/guard/proof-replay.test.ts'
const CERTIFICATES = 'test/guard/certificates.test.ts'

const OF_PROOFS: Mistake[] = [
  {
    name: 'a proof is good for any token',
    file: VERIFIED,
    find: "claims['ath'] !== (await sha256(accessToken))",
    replace: 'false',
    noticedBy: PROOFS,
  },
  {
    name: 'the scheme of htu is not compared',
    file: 'src/dpop/target-url.ts',
    find: ': origin + pathname',
    replace: ": origin.replace(/^https?:/, '') + pathname",
    noticedBy: PROOFS,
  },
  {
    name: 'a slash at the end of htu is folded',
    file: 'src/dpop/target-url.ts',
    find: ': origin + pathname',
    replace: ": origin + pathname.replace(/\\/$/, '')",
    noticedBy: PROOFS,
  },
  {
    name: 'of several proofs the first is taken',
    file: READ,
    find: "if (text.includes(',')) return { fault: 'several_proofs' }",
    replace: "if (text.includes(',')) return readProof(text.split(',')[0] ?? '', algorithms)",
    noticedBy: PROOFS,
  },
  {
    name: 'a name may come twice in a header',
    file: READ,
    find: 'isObject && !hasRepeatedNames(text, value)',
    replace: 'isObject',
    noticedBy: PROOFS,
  },
  {
    name: 'an algorithm is accepted that the API does not allow',
    file: READ,
    find: '!algorithm || !algorithms.includes(algorithm)',
    replace: '!algorithm',
    noticedBy: PROOFS,
  },
  {
    name: 'a private key is accepted for a public one',
    file: 'src/dpop/embedded-key.ts',
    find: "'d', 'p',",
    replace: "'p',",
    noticedBy: PROOFS,
  },
  {
    name: 'a proof is valid however far ahead its iat is',
    file: VERIFIED,
    find: ' || iat > ahead',
    replace: '',
    noticedBy: PROOFS,
  },
]

const OF_TOKENS: Mistake[] = [
  {
    name: 'what Host says is the URL of a request',
    file: HOLDER,
    find: 'publicUrls ?? (origin === null ? [] : [origin])',
    replace: 'origin === null ? (publicUrls ?? []) : [origin]',
    noticedBy: BOUND,
  },
  {
    name: 'what Host says is the URL of a request in Node',
    file: 'src/guard/node-request.ts',
    find: 'origin: null,',
    replace: "origin: 'https://' + Object(request.headers).host,",
    noticedBy: 'test/guard/bound-in-frameworks.test.ts',
  },
  {
    name: 'an unknown member of cnf is ignored',
    file: 'src/guard/confirmation.ts',
    find: 'members.every(isUnderstood)',
    replace: 'members.some(isUnderstood)',
    noticedBy: BOUND,
  },
  {
    name: 'an empty cnf binds to nothing',
    file: 'src/guard/confirmation.ts',
    find: 'members.length > 0 && ',
    replace: '',
    noticedBy: BOUND,
  },
  {
    name: 'a bound token passes as Bearer',
    file: HOLDER,
    find: "jkt !== undefined && scheme !== 'DPoP'",
    replace: 'jkt === null',
    noticedBy: BOUND,
  },
  {
    name: 'an unbound token passes as DPoP',
    file: HOLDER,
    find: "(scheme === 'DPoP' || settings.dpop.required)",
    replace: 'settings.dpop.required',
    noticedBy: BOUND,
  },
  {
    name: 'a proof of any key will do',
    file: HOLDER,
    find: '!isSameText(proof.jkt, jkt)',
    replace: "proof.jkt === ''",
    noticedBy: BOUND,
  },
  {
    name: 'the server says that a token is bound to another key, and is not heard',
    file: 'src/guard/check-token.ts',
    find: '      requireSameConfirmation(confirmationIn(claims), answer)\n',
    replace: '',
    noticedBy: BOUND,
  },
  {
    name: 'a token passes whose certificate was not presented',
    file: HOLDER,
    find: 'if (found !== null && isSameText(found, thumbprint)) return',
    replace: 'if (found === null || isSameText(found, thumbprint)) return',
    noticedBy: CERTIFICATES,
  },
]

const OF_MEMORY: Mistake[] = [
  {
    name: 'a jti is spent before the checks',
    file: 'src/guard/check-token.ts',
    find: '  const scope = await currentScope(token, claims, settings)\n',
    replace: `  if (proof && presented.request) await spendProof(proof, presented.request.original, settings)
  const scope = await currentScope(token, claims, settings)
`,
    noticedBy: REPLAY,
  },
  {
    name: 'a jti of one key is taken for that of another',
    file: MEMORY,
    find: '`${jkt} ${jti}`',
    replace: '`${jti}`',
    noticedBy: REPLAY,
  },
  {
    name: 'a proof is forgotten while it is valid',
    file: MEMORY,
    find: 'Math.ceil(iat) + dpop.maxAge + 1',
    replace: 'dpop.maxAge + Math.min(Math.ceil(iat), now())',
    noticedBy: REPLAY,
  },
  {
    name: 'two requests at the same time have one proof',
    file: MEMORY,
    find: `  spent.set(key, expiresAt)
  if (dpop.seen && (await isInStore(dpop.seen, key, expiresAt))) throw replayed()
`,
    replace: `  if (dpop.seen && (await isInStore(dpop.seen, key, expiresAt))) throw replayed()
  spent.set(key, expiresAt)
`,
    noticedBy: REPLAY,
  },
  {
    name: 'a proof passes while its store fails',
    file: MEMORY,
    find: "throw new Refused('unreachable', 'The store of proofs does not answer.')",
    replace: 'return false',
    noticedBy: REPLAY,
  },
]

export const PROOF_MISTAKES = [...OF_PROOFS, ...OF_TOKENS, ...OF_MEMORY]
