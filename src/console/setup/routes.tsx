import { resendEvents } from '../../actions/events/resend-events.ts'
import { sendTestEvent } from '../../actions/events/send-test-event.ts'
import { noFields } from '../forms/form-handler.ts'
import { formRoute } from '../forms/run-form.ts'
import type { ConsoleContext, ConsoleRoute } from '../kit/console-env.ts'
import { type Entered, withoutValues } from '../kit/field.tsx'
import { setupPage } from './page.tsx'

/** Both answer with the page itself: what a receiver answers does not belong in a URL. */
const shared = { right: 'person', parse: noFields, repeat: 'runs', show: showOnTop } as const

const testEvent = formRoute({
  ...shared,
  path: '/setup/test-event',
  run: (c) => sendTestEvent(c.var.deps),
  done: (c, test) => setupPage(c, { events: { test } }),
})

const resend = formRoute({
  ...shared,
  path: '/setup/resent-events',
  run: (c) => resendEvents(c.var.deps, undefined),
  done: (c, resent) => setupPage(c, { events: { resent } }),
})

function showOnTop(c: ConsoleContext, entered: Entered) {
  return setupPage(c, { top: withoutValues(entered) })
}

export const setupRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/setup', right: 'clients:read', handle: (c) => setupPage(c) },
  testEvent,
  resend,
]
