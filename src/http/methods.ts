import type { Context } from 'hono'

/** Answers what a known path does not understand (RFC 9110 §15.5.6). */
export function methodNotAllowed(...methods: string[]) {
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods
  return (c: Context) => {
    const body = { error: 'invalid_request', error_description: `Use ${allow.join(' or ')}.` }
    return c.json(body, 405, { Allow: allow.join(', '), 'Cache-Control': 'no-store' })
  }
}
