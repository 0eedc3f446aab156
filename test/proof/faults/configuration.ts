import type { Order } from './order.ts'
import type { Answer, Client, World } from './world.ts'

/**
 * The required outcome of each operation when a binding, a variable or a secret is not what it
 * should be, or the clock is off: no token and no `active: true` if something it depends on is
 * missing or belongs to another deployment. A 401 for a right secret is correct: with another
 * pepper it cannot be told from a wrong one, and to a slow clock a secret that was just made is not
 * valid yet. A fault that does not concern an operation does not stop it: a wrong setting for
 * people stops no token. (Settings that are read once, with the issuer, are in
 * test/http/wrong-settings.test.ts.)
 */
export const CONFIGURATION = `
## what is configured otherwise
| what                                | token | introspect | suspend | jwks | health | cron |
| PEPPER missing                      | 503   | 503        | 503     | 503  | 503    | 500  |
| PEPPER short                        | 503   | 503        | 503     | 503  | 503    | 500  |
| PEPPER garbled                      | 503   | 503        | 503     | 503  | 503    | 500  |
| PEPPER of another version           | 503   | 503        | 200     | 200  | 200    | 500  |
| PEPPER of another deployment        | 503   | 503        | 503     | 200  | 503    | 500  |
| WRAPPING_KEY missing                | 503   | 503        | 503     | 503  | 503    | 500  |
| WRAPPING_KEY short                  | 503   | 503        | 503     | 503  | 503    | 500  |
| WRAPPING_KEY garbled                | 503   | 503        | 503     | 503  | 503    | 500  |
| WRAPPING_KEY of another version     | 503   | 503        | 200     | 503  | 503    | 500  |
| WRAPPING_KEY of another deployment  | 503   | 503        | 503     | 503  | 503    | 500  |
| AUDIT_KEY missing                   | 503   | 503        | 503     | 503  | 503    | 500  |
| AUDIT_KEY short                     | 503   | 503        | 503     | 503  | 503    | 500  |
| AUDIT_KEY garbled                   | 503   | 503        | 503     | 503  | 503    | 500  |
| COOKIE_KEY missing                  | 503   | 503        | 503     | 503  | 503    | 500  |
| COOKIE_KEY short                    | 503   | 503        | 503     | 503  | 503    | 500  |
| COOKIE_KEY garbled                  | 503   | 503        | 503     | 503  | 503    | 500  |
| COOKIE_KEY of another version       | 200   | 200        | 200     | 200  | 200    | 200  |
| BOOTSTRAP_TOKEN missing             | 200   | 200        | 401     | 200  | 200    | 200  |
| BOOTSTRAP_TOKEN short               | 200   | 200        | 401     | 200  | 200    | 200  |
| OIDC_CLIENT_ID set                  | 200   | 200        | 200     | 200  | 200    | 200  |
| OIDC_ISSUER garbled                 | 200   | 200        | 200     | 200  | 200    | 200  |
| ACCESS_TEAM_DOMAIN set              | 200   | 200        | 200     | 200  | 200    | 200  |
| ACCESS_AUD set                      | 200   | 200        | 200     | 200  | 200    | 200  |
| ADMINISTRATORS garbled              | 200   | 200        | 200     | 200  | 200    | 200  |
| MAIL_FROM garbled                   | 200   | 200        | 200     | 200  | 200    | 200  |
| SMTP_URL garbled                    | 200   | 200        | 200     | 200  | 200    | 200  |
| DB missing                          | 503   | 503        | 503     | 503  | 503    | 500  |
| DB garbled                          | 503   | 503        | 503     | 503  | 503    | 500  |
| DENYLIST missing                    | 503   | 503        | 503     | 503  | 503    | 500  |
| DENYLIST garbled                    | 503   | 503        | 503     | 503  | 503    | 500  |
| ISSUER garbled                      | 503   | 503        | 503     | 503  | 503    | 500  |
| CLOSED set                          | 503   | 503        | 200     | 200  | 200    | 200  |
| CLOSED set to false                 | 200   | 200        | 200     | 200  | 200    | 200  |
| CLOSED garbled                      | 503   | 503        | 503     | 503  | 503    | 500  |
| clock 5 minutes slow                | 401   | 401        | 200     | 200  | 200    | 200  |
| clock 5 minutes fast                | 200   | 200        | 200     | 200  | 200    | 200  |
`

const OTHER = 'another-key-of-the-tests-that-protects-nothing'

/** The values of what is configured otherwise; null: not there. */
const VALUES: Record<string, string | null> = {
  missing: null,
  short: '1:short',
  garbled: 'what is this?',
  'of another version': `2:${OTHER}`,
  'of another deployment': `1:${OTHER}`,
  set: '1',
  'set to false': 'false',
}

const CLOCKS: Record<string, number> = { slow: -300, fast: 300 }

/** The order that brings a line's heading about. */
export function orderOf(what: string, id: string): Order {
  const [name = '', ...rest] = what.split(' ')
  if (name === 'clock') return { id, clock: CLOCKS[rest.at(-1) ?? ''] }
  return { id, vars: { [name]: VALUES[rest.join(' ')] ?? null } }
}

/** Clients and tokens that all lines share; each suspension is of a client of its own. */
export type Shared = { client: Client; caller: Client }

/** The operations of the columns. */
export async function actUnder(
  w: World,
  column: string,
  { client, caller }: Shared,
  order: Order,
): Promise<{ answer: Answer; client: Client }> {
  const one = await (column === 'suspend' ? w.newClient('invoices:read') : client)
  const acts: Record<string, () => Promise<Answer>> = {
    token: () => w.requestToken(client, order),
    introspect: () => w.form('/oauth/introspect', { token: client.token }, w.basic(caller), order),
    suspend: () => w.admin('PUT', `/clients/${one.id}/suspension`, { order }),
    jwks: () => w.send('/.well-known/jwks.json', {}, order),
    health: () => w.send('/health', {}, order),
    async cron() {
      // The versions of keys are counted once an hour: as if the last time were an hour ago.
      await w.rows("DELETE FROM portcullis_chores WHERE name = 'keys'")
      // Entries left by the pairs would use up the run's budget before it counts them.
      await w.rows('UPDATE portcullis_denylist_outbox SET claimed_until = unixepoch() + 30')
      return w.cron(order)
    },
  }
  const act = acts[column]
  if (!act) throw new Error(`no operation ${column}`)
  return { answer: await act(), client: one }
}
