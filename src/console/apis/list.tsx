import type { Api } from '../../domain/api.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { PageHead } from '../kit/page-head.tsx'
import { Pager } from '../kit/pager.tsx'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { mayManage, page } from '../kit/shell.tsx'
import { type Column, Table } from '../kit/table.tsx'

const LIST = ['apis']

export async function listApis(c: ConsoleContext) {
  const { deps, base } = c.var
  const after = await readCursor(c, LIST)
  const { items, next } = await deps.apis.list(PAGE_SIZE, after)
  return page(
    c,
    { title: 'APIs', section: 'apis' },
    <>
      <PageHead title="APIs" about="The APIs that accept tokens from here, and their permissions.">
        {mayManage(c) && (
          <a class="button primary" href={`${base}/apis/new`}>
            Add API
          </a>
        )}
      </PageHead>
      <section class="card">
        <Table label="APIs" columns={columnsOf(base)} rows={items} />
      </section>
      <Pager path={`${base}/apis`} next={await writeCursor(c, LIST, next)} later={after !== null} />
    </>,
  )
}

function columnsOf(base: string): Column<Api>[] {
  return [
    {
      head: 'Name',
      cell: ({ apiId, name, isOwn }) => (
        <>
          <a class="name" href={`${base}/apis/${apiId}`}>
            <bdi>{name}</bdi>
          </a>
          {isOwn && <p class="sub">The administration of Portcullis</p>}
        </>
      ),
    },
    { head: 'Audience', cell: ({ audience }) => <code>{audience}</code> },
    { head: 'Permissions', kind: 'num date', cell: ({ permissions }) => permissions.length },
  ]
}
