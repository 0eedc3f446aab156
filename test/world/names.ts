// The names, keys and secrets that every server of the tests has, in workerd and in Node.

export const ISSUER = 'https://auth.example'
export const API = 'https://api.example.com'
export const BOOTSTRAP_TOKEN = 'bootstrap-token-of-the-tests-0123456789'
export const KEY = '1:a-key-of-the-tests-that-protects-nothing'
export const KEYS = { PEPPER: KEY, WRAPPING_KEY: KEY, AUDIT_KEY: KEY, COOKIE_KEY: KEY }
