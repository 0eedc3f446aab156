import type { ConsoleContext, ConsoleRoute } from '../kit/console-env.ts'
import { PageHead } from '../kit/page-head.tsx'
import { page } from '../kit/shell.tsx'
import { Activity } from './activity-page.tsx'
import { exportCsv, exportJsonLines } from './export.ts'
import { clientsCalled } from './named-clients.ts'
import { queryText } from './query.ts'
import { readActivity } from './read.ts'

async function show(c: ConsoleContext): Promise<Response> {
  const shown = await readActivity(c, null)
  const { query } = shown
  const isUnknown = query.clientId !== '' && shown.events.length === 0
  const called = isUnknown ? await clientsCalled(c.var.deps, query.clientId) : []
  const [only] = called
  if (only && called.length === 1) {
    return c.redirect(
      `${c.var.base}/activity?${queryText({ ...query, clientId: only.clientId })}`,
      302,
    )
  }
  const title = shown.later ? 'Activity, continued' : 'Activity'
  return page(
    c,
    { title, section: 'activity' },
    <>
      <PageHead title="Activity" />
      <Activity {...shown} path={`${c.var.base}/activity`} called={called} />
    </>,
  )
}

export const activityRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/activity', right: 'audit:read', handle: show },
  { method: 'GET', path: '/activity/export.csv', right: 'audit:read', handle: exportCsv },
  { method: 'GET', path: '/activity/export.jsonl', right: 'audit:read', handle: exportJsonLines },
]
