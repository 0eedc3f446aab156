import type { Mistake } from './mistakes.ts'

const BINDING = 'src/domain/token-binding.ts'
const POSSESSION = 'src/http/oauth/possession.ts'

const DPOP = 'test/http/oauth/dpop.test.ts'
const FAPI = 'test/http/oauth/fapi2.test.ts'
const CERTIFICATE = 'test/http/oauth/certificate-bound-tokens.test.ts'

/** Mistakes of the token endpoint and of the server's own endpoints about bound tokens. */
export const BINDING_MISTAKES: Mistake[] = [
  {
    name: 'a token is not bound to the key of its proof',
    file: 'src/domain/token.ts',
    find: '...(issue.cnf && { cnf: issue.cnf }),',
    replace: '',
    noticedBy: DPOP,
  },
  {
    name: 'a client that has to send proofs need not',
    file: BINDING,
    find: 'terms.requireDpop && !proof',
    replace: 'false',
    noticedBy: DPOP,
  },
  {
    name: 'the URL of a proof is compared with Host',
    file: POSSESSION,
    find: '[issuer, mtlsIssuer(issuer, mtlsHost)].map((base) => `${base}/oauth/token`)',
    replace:
      '[issuer, `https://${request.headers.get("host")}`].map((base) => `${base}/oauth/token`)',
    noticedBy: DPOP,
  },
  {
    name: 'a nonce is asked for and not looked at',
    file: POSSESSION,
    find: '(await nonces.isFresh(proof.nonce, now))',
    replace: 'proof.nonce !== null',
    noticedBy: DPOP,
  },
  {
    name: 'a bound token is a bearer token at the server itself',
    file: 'src/actions/auth/active-token.ts',
    find: 'if (!cnf) return',
    replace: 'if (cnf || !cnf) return',
    noticedBy: DPOP,
  },
  {
    name: 'introspection calls a bound token a bearer token',
    file: 'src/http/oauth/introspection-body.ts',
    find: "return cnf?.jkt === undefined ? 'Bearer' : 'DPoP'",
    replace: "return 'Bearer'",
    noticedBy: DPOP,
  },
  {
    name: 'the profile fapi2 takes a proof by any algorithm',
    file: BINDING,
    find: 'if (proof && !FAPI',
    replace: 'if (false && proof && !FAPI',
    noticedBy: CERTIFICATE,
  },
  {
    name: 'the profile fapi2 gets a bearer token',
    file: BINDING,
    find: 'if (proof || thumbprint !== null) return',
    replace: 'if (proof || !proof) return',
    noticedBy: FAPI,
  },
  {
    name: 'a token is bound to a certificate that TLS refused',
    file: POSSESSION,
    find: "if (!presented || presented.chain === 'refused') return null",
    replace: 'if (!presented) return null',
    noticedBy: CERTIFICATE,
  },
  {
    name: 'a client whose tokens are bound to its certificate gets one without',
    file: BINDING,
    find: 'terms.bindToCertificate && thumbprint === null',
    replace: 'false',
    noticedBy: CERTIFICATE,
  },
  {
    name: 'the profile fapi2 lets a secret in',
    file: 'src/domain/profile.ts',
    find: 'if (client.secrets.some((secret) => endOf(secret) > now)) return',
    replace: 'if (false) return',
    noticedBy: FAPI,
  },
  {
    name: 'the profile fapi2 takes an aud that is a list',
    file: 'src/crypto/assertion-verifier.ts',
    find: "isOnce && claims['aud'] === issuer",
    replace: 'isOnce',
    noticedBy: FAPI,
  },
]
