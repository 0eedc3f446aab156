import type { Context } from 'hono'

const UNSTORED = {
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  'X-Content-Type-Options': 'nosniff',
}

/** Answers what a known path does not understand (RFC 9110 §15.5.6). */
export function methodNotAllowed(...methods: string[]) {
  const allow = withHead(methods)
  return (c: Context) => {
    const body = { error: 'invalid_request', error_description: `Use ${allow.join(' or ')}.` }
    return c.json(body, 405, { Allow: allow.join(', '), ...UNSTORED })
  }
}

/** HEAD is answered wherever GET is (RFC 9110 §9.3.2). */
export function withHead(methods: string[]): string[] {
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods
}
