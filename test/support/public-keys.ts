// Public keys whose private keys no one has, for tests in which nothing is signed.

export const PUBLIC_JWK = {
  kty: 'EC',
  crv: 'P-256',
  x: 'Bd-INg-HvXx7ovLLBrq9jBUiIXZfGEzquK80-5hVexQ',
  y: 'CCtxXH1lbSE1aldxJlaFHvsgq68qkZncjljio47xhUY',
}

export const OTHER_PUBLIC_JWK = {
  kty: 'EC',
  crv: 'P-256',
  x: 'O_wfGBKQQu7epGhJgVq5MhDlVFhHBCee4GXT0ASDSPI',
  y: 'oeE0qf6mldi6DzFwmEZzaMLcX6Jh1PlSI69etuWTWtw',
}
