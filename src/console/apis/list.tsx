import type { Api } from '../../domain/api.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { Mark } from '../kit/status.tsx'
import { Pager } from '../kit/pager.tsx'
import { Table } from '../kit/table.tsx'
import { mayManage, page } from '../kit/shell.tsx'

const LIST = ['apis']

export async function listApis(c: ConsoleContext) {
  const { deps, base } = c.var
  const after = await readCursor(c, LIST)
  const { items, next } = await deps.apis.list(PAGE_SIZE, after)
  return page(
    c,
    { title: 'APIs', section: 'apis' },
    <>
      <div class="head">
        <h1>APIs</h1>
        {mayManage(c) && (
          <a class="button" href={`${base}/apis/new`}>
            Add API
          </a>
        )}
      </div>
      <p class="faint">
        The protected APIs that take tokens from here, and the permissions they know.
      </p>
      <ApiTable base={base} apis={items} />
      <Pager path={`${base}/apis`} next={await writeCursor(c, LIST, next)} later={after !== null} />
    </>,
  )
}

function ApiTable({ base, apis }: { base: string; apis: Api[] }) {
  return (
    <Table label="APIs" heads={['Name', 'Audience', ['Permissions', 'num']]}>
      {apis.map(({ apiId, name, audience, permissions, isOwn }) => (
        <tr>
          <td>
            <a href={`${base}/apis/${apiId}`}>
              <bdi>{name}</bdi>
            </a>{' '}
            {isOwn && <Mark>Portcullis itself</Mark>}
          </td>
          <td class="mono">{audience}</td>
          <td class="num">{permissions.length}</td>
        </tr>
      ))}
    </Table>
  )
}
