import {
  deleteAdministrator,
  findAdministrator,
  updateAdministrator,
} from '../../actions/administrators/change-administrator.ts'
import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import { createAdministrator } from '../../actions/administrators/create-administrator.ts'
import { letInConfiguredAdministrators } from '../../actions/administrators/let-in-configured-administrators.ts'
import { sendTestMail, type TestMail } from '../../actions/scheduled/send-test-mail.ts'
import type { Administrator } from '../../domain/administrator.ts'
import { hasRight } from '../../domain/authority.ts'
import type { Seconds } from '../../domain/time.ts'
import { checked } from '../../web/checked.ts'
import { withoutUndefined } from '../../web/client-input.ts'
import { administratorPatchSchema, newAdministratorSchema } from '../../web/schemas.ts'
import { orAgain } from '../forms/again.ts'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import type { FlashKind } from '../forms/banners.ts'
import { tell } from '../forms/flash.ts'
import { statusOfForm } from '../kit/form-status.ts'
import { type DoneBefore, doOnce } from '../forms/once.ts'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { called, expectedVersions } from '../kit/confirm.tsx'
import { type Entered, FormToken, NOTHING_ENTERED, Problems, withoutValues } from '../kit/field.tsx'
import { Pager } from '../kit/pager.tsx'
import { page } from '../kit/shell.tsx'
import { AccessForm, AddForm } from './forms.tsx'
import { AdministratorTable } from './list.tsx'
import { MailResult } from './test-mail.tsx'

const LIST = ['administrators']
const PATH = '/administrators'

/** The result of a form on the page: its errors, on top or in the form that adds; or the mail. */
type Outcome = { top?: Entered; add?: Entered; mail?: TestMail }

async function administratorsPage(c: ConsoleContext, outcome: Outcome = {}) {
  const { top = NOTHING_ENTERED, add = NOTHING_ENTERED, mail } = outcome
  const { deps, base, formToken, visitor } = c.var
  const mayChange = hasRight(visitor.principal, 'person')
  // Configured administrators exist before the first cron runs; a read-only visitor never writes.
  if (mayChange) await letInConfiguredAdministrators(deps)
  const after = await readCursor(c, LIST)
  const { items, next } = await deps.administrators.list(PAGE_SIZE, after)
  const ownId = visitor.principal.type === 'administrator' ? visitor.principal.id : null
  const shared = { base, formToken, mayChange, ownId, now: deps.now(), administrators: items }
  const status = statusOfForm(top === NOTHING_ENTERED ? add : top)
  return page(
    c,
    { title: 'Administrators', section: 'administrators', status },
    <>
      <div class="head">
        <h1>Administrators</h1>
        {mayChange && <TestMailButton base={base} formToken={formToken} isSelf={ownId !== null} />}
      </div>
      <Problems entered={top} />
      {mail && <MailResult mail={mail} missing={deps.mailer.missing} />}
      <p class="faint">
        People with access to Portcullis itself. Those who manage are reminded by mail of secrets
        that will expire.
      </p>
      <AdministratorTable {...shared} />
      <Pager path={base + PATH} next={await writeCursor(c, LIST, next)} later={after !== null} />
      {mayChange && <AddForm base={base} formToken={formToken} entered={add} />}
    </>,
  )
}

type ButtonProps = { base: string; formToken: string; isSelf: boolean }

/** The bootstrap token has no address: its mail goes to the longest-standing manager. */
function TestMailButton({ base, formToken, isSelf }: ButtonProps) {
  return (
    <form method="post" action={`${base}${PATH}/test-mail`}>
      <FormToken token={formToken} />
      <button type="submit" class="quiet">
        {isSelf ? 'Send me a test mail' : 'Send a test mail'}
      </button>
    </form>
  )
}

function create(c: ConsoleContext) {
  const { deps, form } = c.var
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const fields = { email: form.get('email'), access: form.get('access') }
        const input = checked(fields, newAdministratorSchema)
        const made = await createAdministrator(deps, request, input)
        return report(c, 'administrator.created', made, made.updatedAt)
      },
      before: async ({ id, at }) =>
        report(c, 'administrator.created', await findAdministrator(deps, id), at),
    })
  return orAgain(c, once, (entered) => addAgain(c, entered))
}

const addAgain = (c: ConsoleContext, add: Entered) => administratorsPage(c, { add })

function update(c: ConsoleContext) {
  const { deps, form } = c.var
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        const input = withoutUndefined(
          checked({ access: form.get('access') }, administratorPatchSchema),
        )
        const changed = await updateAdministrator(deps, asSeen(c, request), input)
        return report(c, 'administrator.updated', changed, changed.updatedAt)
      },
      before: async ({ id, at }) =>
        report(c, 'administrator.updated', await findAdministrator(deps, id), at),
    })
  return orAgain(c, once, (entered) => updateAgain(c, entered))
}

async function updateAgain(c: ConsoleContext, entered: Entered) {
  if (entered.note === undefined) return administratorsPage(c, { top: entered })
  const { base, formToken, deps } = c.var
  const one = await findAdministrator(deps, pathId(c, 'administrator_id'))
  return page(
    c,
    { title: 'Change access', section: 'administrators', status: statusOfForm(entered) },
    <AccessForm {...{ base, formToken, one, entered }} />,
  )
}

function remove(c: ConsoleContext) {
  const { deps, form } = c.var
  const tellIt = ({ id, at }: DoneBefore) =>
    tell(c, PATH, { kind: 'administrator.deleted', id, name: called(form), at })
  const once = () =>
    doOnce(c, {
      work: async (request) => {
        await deleteAdministrator(deps, asSeen(c, request))
        return tellIt({ id: pathId(c, 'administrator_id'), at: deps.now() })
      },
      before: tellIt,
    })
  return orAgain(c, once, (entered) => topAgain(c, entered))
}

const topAgain = (c: ConsoleContext, entered: Entered) =>
  administratorsPage(c, { top: withoutValues(entered) })

function report(c: ConsoleContext, kind: FlashKind, of: Administrator, at: Seconds) {
  return tell(c, PATH, { kind, id: of.administratorId, name: of.email, at })
}

/** Answered with the page itself: a mailer's message does not belong in an address. */
function testMail(c: ConsoleContext) {
  const { deps, visitor } = c.var
  const work = async () => {
    const mail = await sendTestMail(deps, visitor.principal, undefined)
    return administratorsPage(c, { mail })
  }
  return orAgain(c, work, (entered) => topAgain(c, entered))
}

function asSeen(c: ConsoleContext, request: AdminRequest) {
  const administratorId = pathId(c, 'administrator_id')
  return { ...request, administratorId, expectedVersions: expectedVersions(c.var.form) }
}

const ONE = `${PATH}/:administrator_id`

export const administratorRoutes: ConsoleRoute[] = [
  { method: 'GET', path: PATH, right: 'clients:read', handle: (c) => administratorsPage(c) },
  { method: 'POST', path: PATH, right: 'person', handle: create, again: addAgain },
  {
    method: 'POST',
    path: `${PATH}/test-mail`,
    right: 'person',
    handle: testMail,
    again: topAgain,
  },
  { method: 'POST', path: ONE, right: 'person', handle: update, again: updateAgain },
  { method: 'POST', path: `${ONE}/removal`, right: 'person', handle: remove, again: topAgain },
]
