export type Caller = { id: string; secret: string }
export type Subject = Caller & { token: string }

/** How many an import brings, and how many tokens are asked for at once. */
const AT_ONCE = 50

/** Clients that a benchmark makes, and the requests that it sends for them. */
export class Clients {
  readonly all: Subject[] = []
  private readonly url: string
  private readonly bearer: string
  private introspector: Caller = { id: '', secret: '' }

  private constructor(url: string, bearer: string) {
    this.url = url.replace(/\/$/, '')
    this.bearer = bearer
  }

  static async make(url: string, audience: string, bearer: string, many: number): Promise<Clients> {
    const clients = new Clients(url, bearer)
    const permission = 'invoices:read'
    await clients.admin('POST', '/apis', {
      audience,
      name: 'Billing',
      permissions: [{ permission }],
    })
    const ofApi = (name: string) => [{ audience, permission: name }]
    const observer = await clients.admin('POST', '/clients', {
      client_name: 'introspector',
      permissions: ofApi('tokens:introspect'),
    })
    clients.introspector = {
      id: String(observer['client_id']),
      secret: String(observer['client_secret']),
    }
    for (let from = 0; from < many; from += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, many - from) }, (_, at) => ({
        id: `bench-${from + at}`,
        secret: `a-secret-of-the-benchmark-${from + at}`,
        token: '',
      }))
      const brought = some.map(({ id, secret }) => ({
        client_id: id,
        client_name: id,
        permissions: ofApi(permission),
        secret: { text: secret },
      }))
      await clients.admin('POST', '/client-imports', { clients: brought })
      await Promise.all(
        some.map(async (one) => {
          one.token = await clients.token(one, '')
        }),
      )
      clients.all.push(...some)
    }
    return clients
  }

  any(): Subject | undefined {
    return this.all[Math.floor(Math.random() * this.all.length)]
  }

  async token(client: Caller, door: string): Promise<string> {
    const body = await this.form(
      `/${door}oauth/token`,
      { grant_type: 'client_credentials' },
      client,
    )
    return String(body['access_token'])
  }

  async isActive({ token }: Subject, door: string): Promise<boolean> {
    const body = await this.form(`/${door}oauth/introspect`, { token }, this.introspector)
    return body['active'] === true
  }

  suspend = ({ id }: Caller) => this.admin('PUT', `/clients/${id}/suspension`)
  resume = ({ id }: Caller) => this.admin('DELETE', `/clients/${id}/suspension`)

  async reads(): Promise<{ byWorker: number; byGates: number }> {
    return (await (await fetch(`${this.url}/reads`)).json()) as {
      byWorker: number
      byGates: number
    }
  }

  private form(path: string, fields: Record<string, string>, { id, secret }: Caller) {
    const headers = { Authorization: `Basic ${btoa(`${id}:${secret}`)}` }
    return this.send(path, { method: 'POST', headers, body: new URLSearchParams(fields) })
  }

  private admin(method: string, path: string, body?: object) {
    const headers = { Authorization: `Bearer ${this.bearer}`, 'Content-Type': 'application/json' }
    const sent = body ? { body: JSON.stringify(body) } : {}
    return this.send(`/admin/v1${path}`, { method, headers, ...sent })
  }

  private async send(path: string, init: RequestInit): Promise<Record<string, unknown>> {
    const response = await fetch(this.url + path, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }
}
