import { ISSUER } from '../world/names.ts'

type Claims = Record<string, unknown>
/** A kind of forgery, and the claims that it puts in place of the right ones; undefined leaves one out. */
export type ForgedClaims = [kind: string, claims: Claims[]]

const valuesOf =
  (name: string) =>
  (kind: string, ...values: unknown[]): ForgedClaims => [
    kind,
    values.map((value) => ({ [name]: value })),
  ]

/** Names that are nearly the issuer's: `https://platform.example`. */
export function forgedIssuers(issuer: string, other: string, clientId: string): ForgedClaims[] {
  const iss = valuesOf('iss')
  return [
    iss('iss with a slash at its end', `${issuer}/`, `${issuer}//`, `${issuer}/.`),
    iss('iss in another case', issuer.toUpperCase(), issuer.replace('platform', 'Platform')),
    iss('iss with more behind it', `${issuer}.evil.example`, `${issuer}/tenant`, `${issuer}x`),
    iss('iss with more before it', `https://evil.example/${issuer}`, ` ${issuer}`, `x${issuer}`),
    iss('iss cut short', issuer.slice(0, -1), issuer.slice(0, -8), 'https://', 'https'),
    iss('iss of another scheme', issuer.replace('https', 'http'), issuer.replace('https:', '')),
    iss('iss with a port', `${issuer}:443`, `${issuer}:8443`),
    iss('iss with a user', issuer.replace('//', '//admin@'), issuer.replace('//', '//x:y@')),
    iss('iss with a query or a fragment', `${issuer}?`, `${issuer}#`, `${issuer}?x=1`),
    iss('iss with white space', `${issuer} `, `${issuer}\n`, `${issuer}\t`, `${issuer}\u0000`),
    iss('iss that looks alike', issuer.replace('a', '\u0430'), issuer.replace('l', '%6C')),
    iss('iss in a list', [issuer], [issuer, other], [[issuer]]),
    iss('iss in an object', { value: issuer }, { [issuer]: true }),
    iss('no iss', undefined, null, '', 0, false),
    iss('iss of this server', ISSUER, `${ISSUER}/`, `${ISSUER}/oauth/token`),
    iss('iss of the client', clientId),
    iss('iss of another trusted issuer', other),
    iss('iss of a stranger', 'https://evil.example', 'accounts.google.com', 'spiffe://example.org'),
  ]
}

export function forgedAudiences(clientId: string): ForgedClaims[] {
  const aud = valuesOf('aud')
  const others = ['https://other.example', 'sts.amazonaws.com', 'api://AzureADTokenExchange']
  return [
    aud('aud of others', ...others, clientId, 'https://api.example.com'),
    aud('aud in a list of others', others, ['https://other.example']),
    aud('aud nearly ours', `${ISSUER}/`, `${ISSUER}.evil.example`, ISSUER.slice(0, -1)),
    aud('aud in another case', ISSUER.toUpperCase(), ISSUER.replace('auth', 'Auth')),
    aud('aud of another scheme', ISSUER.replace('https', 'http')),
    aud('aud of an endpoint', `${ISSUER}/oauth/token`, `${ISSUER}/oauth/introspect`),
    aud('several in one aud', `${ISSUER} https://other.example`, `${ISSUER},x`),
    aud('aud in a list in a list', [[ISSUER]], [{ 0: ISSUER }]),
    aud('aud in an object', { aud: ISSUER }, { 0: ISSUER, length: 1 }),
    aud('no aud', undefined, null, '', [], 0, true, [null]),
    aud('aud for all', '*', ['*'], 'https://*', '.*'),
  ]
}

export function forgedTimes(now: number): ForgedClaims[] {
  const [exp, nbf, iat] = [valuesOf('exp'), valuesOf('nbf'), valuesOf('iat')]
  return [
    exp('expired', now - 60, now - 3600, 0, 1, -1, -now),
    exp('no exp', undefined),
    exp('exp that is not a number', String(now + 60), null, true, [now + 60], { exp: now + 60 }),
    exp('lives too long', now + 3601, now + 1e9, 9e15, 1e300),
    nbf('nbf ahead', now + 61, now + 3600, 9e15),
    nbf('nbf that is not a number', 'now', null, true, [now], String(now)),
    iat('iat ahead', now + 61, now + 3600, 9e15),
    iat('iat that is not a number', 'now', null, true, [now], String(now)),
    iat('iat long ago', now - 3600, 0, -1e9),
    ['neither iat nor nbf', [{ iat: undefined, nbf: undefined }]],
    ['no iat, and nbf long ago', [{ iat: undefined, nbf: now - 3600 }]],
  ]
}

export function forgedIds(): ForgedClaims[] {
  const jti = valuesOf('jti')
  return [
    jti('no jti', undefined, null, ''),
    jti('jti that is not a text', 1, true, ['a'], {}, [['a']]),
    jti('jti that is too long', 'j'.repeat(201), 'j'.repeat(4000)),
  ]
}

/** Subjects that are nearly the rule's: `svc:payments:nightly-export`. */
export function forgedSubjects(subject: string, clientId: string): ForgedClaims[] {
  const sub = valuesOf('sub')
  return [
    sub('sub with more behind it', `${subject}0`, `${subject}:x`, `${subject}/x`, `${subject}.`),
    sub('sub with more before it', `x${subject}`, `evil/${subject}`, `svc:evil:${subject}`),
    sub('sub cut short', subject.slice(0, -1), 'svc:payments:', 'svc:', 's'),
    sub('sub in another case', subject.toUpperCase(), subject.replace('n', 'N')),
    sub('sub with white space', `${subject} `, ` ${subject}`, `${subject}\n`, `${subject}\u0000`),
    sub('sub that looks alike', subject.replace('a', '\u0430'), subject.replace('t', 't\u0301')),
    sub(
      'sub as a pattern',
      '*',
      'svc:*',
      '.*',
      `${subject}|x`,
      `^${subject}$`,
      '%',
      'svc:payments:_',
    ),
    sub('sub in a list', [subject], [subject, 'x'], [[subject]]),
    sub('sub in an object', { sub: subject }, { value: subject }),
    sub('sub of another', 'svc:payments:other', clientId, 'admin', 'https://platform.example'),
    sub('no sub', undefined, null, '', 0, false),
  ]
}

/** Claims that are nearly the rule's: see `PLATFORM`. */
export function forgedConditions(): ForgedClaims[] {
  const [environment, isProtected] = [valuesOf('environment'), valuesOf('protected')]
  const [tier, workload] = [valuesOf('tier'), valuesOf('workload')]
  return [
    environment('a claim in another case', 'PROD', 'Prod'),
    environment('a claim with more to it', 'prod ', ' prod', 'prod-eu', 'prod\n', 'non-prod'),
    environment('a claim as a list', ['prod'], ['prod', 'dev'], []),
    environment('a claim as an object', { prod: true }, { value: 'prod' }, {}),
    environment('a claim as a pattern', '*', 'pro.', 'prod|dev', '%'),
    environment('a claim that is missing', undefined, null, ''),
    isProtected('true as a text', 'true', 'True', 'yes', '1'),
    isProtected('true as a number', 1, -1),
    isProtected('true as a list', [true], { true: true }),
    isProtected('false for true', false, null, undefined, 0, ''),
    tier('a number as a text', '3', '3.0', ' 3', '0x3'),
    tier('another number', 4, 3.5, -3, 30, 3.0000001),
    tier('a number as a list', [3], true, null),
    workload('a claim inside another that differs', { uid: 'a2' }, { uid: 'A1' }, { uid: ['a1'] }),
    workload('a claim inside another that is missing', undefined, null, {}, { id: 'a1' }),
    workload('a list for the object around a claim', [{ uid: 'a1' }], [['uid', 'a1']], ['a1']),
    workload('a text for the object around a claim', 'a1', '{"uid":"a1"}', 'uid'),
    [
      'the pointer to a claim as a name',
      [flat('/workload/uid'), flat('workload/uid'), flat('workload.uid')],
    ],
    ['a claim on the prototype', [inherited('environment', 'prod'), inherited('tier', 3)]],
  ]
}

const flat = (name: string): Claims => ({ workload: undefined, [name]: 'a1' })

/** `__proto__` as a member of its own: a parser or a copy that assigned it would make it the prototype. */
function inherited(name: string, value: unknown): Claims {
  const parsed = JSON.parse(
    JSON.stringify({ proto: { [name]: value } }).replace('proto', '__proto__'),
  ) as Claims
  return { [name]: undefined, ...parsed }
}
