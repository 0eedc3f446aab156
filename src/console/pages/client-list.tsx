import type { ConsoleContext, ConsoleRoute } from '../door.ts'
import { page } from '../shell.tsx'
import { Status } from '../parts/status.tsx'
import { statusOf } from '../../domain/status.ts'

async function list(c: ConsoleContext): Promise<Response> {
  const { deps, base } = c.var
  const now = deps.now()
  const query = { status: null, q: null, sort: '-created_at', limit: 50, after: null } as const
  const { items } = await deps.clients.list(query, now)
  return page(
    c,
    { title: 'API clients', section: 'clients' },
    <>
      <div class="head">
        <h1>API clients</h1>
        <a class="button" href={`${base}/clients/new`}>
          Create API client
        </a>
      </div>
      <section class="card scroll">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>Status</th>
            </tr>
          </thead>
          <tbody>
            {items.map((client) => (
              <tr>
                <td>
                  <a href={`${base}/clients/${client.clientId}`}>
                    <bdi>{client.name}</bdi>
                  </a>
                </td>
                <td>
                  <Status status={statusOf(client, now)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>,
  )
}

export const clientListRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/clients', right: 'clients:read', handle: list },
]
