import type { Client } from '../../../domain/client.ts'
import { Card } from '../../kit/card.tsx'
import type { ConsoleContext } from '../../kit/console-env.ts'
import { everyPage } from '../../kit/paging.ts'
import { page } from '../../kit/shell.tsx'
import { AccessList, accessInWords } from './access-list.tsx'
import { ClientHead } from './head.tsx'

/** Shows a client's access to a visitor who may not change it. */
export async function accessPage(c: ConsoleContext, client: Client): Promise<Response> {
  const { deps } = c.var
  const [apis, roles] = await Promise.all([everyPage(deps.apis), deps.roles.findMany(client.roles)])
  return page(
    c,
    { title: `Access of ${client.name}`, section: 'clients' },
    <>
      <ClientHead c={c} client={client} now={deps.now()} tab="access" />
      <Card title="Access" sub={accessInWords(client)}>
        <AccessList client={client} apis={apis} roles={roles} />
      </Card>
    </>,
  )
}
