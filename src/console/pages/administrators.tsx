import { Fragment, h } from '../html.ts'
import { deleteAdministrator, updateAdministrator } from '../../actions/change-administrator.ts'
import { createAdministrator } from '../../actions/create-administrator.ts'
import { letInConfiguredAdministrators } from '../../actions/let-in-configured-administrators.ts'
import { sendTestMail, type TestMail } from '../../actions/send-test-mail.ts'
import { hasRight } from '../../domain/authority.ts'
import { checked } from '../../web/checked.ts'
import { present } from '../../web/client-input.ts'
import { administratorPatchSchema, newAdministratorSchema } from '../../web/schemas.ts'
import { orAgain } from '../again.ts'
import { type ConsoleContext, type ConsoleRoute, consoleRequest, goTo, pathId } from '../door.ts'
import { statusOfForm } from '../form-status.ts'
import { PAGE_SIZE, readCursor, writeCursor } from '../paging.ts'
import { expectedVersions } from '../parts/confirm.tsx'
import { type Entered, FormToken, NOTHING_ENTERED, Problems } from '../parts/field.tsx'
import { Pager } from '../parts/pager.tsx'
import { page } from '../shell.tsx'
import { AddForm, AdministratorTable } from '../administrators/list.tsx'
import { MailResult } from '../administrators/test-mail.tsx'

const LIST = ['administrators']
const PATH = '/administrators'

/** What a form on the page came to: what was wrong with it, on top or in the form that adds; the mail. */
type Outcome = { top?: Entered; add?: Entered; mail?: TestMail }

async function administratorsPage(c: ConsoleContext, outcome: Outcome = {}) {
  const { top = NOTHING_ENTERED, add = NOTHING_ENTERED, mail } = outcome
  const { deps, base, formToken, visitor } = c.var
  const mayChange = hasRight(visitor.principal, 'person')
  // Those of the configuration are there before the first cron, too; who only looks causes no write.
  if (mayChange) await letInConfiguredAdministrators(deps)
  const after = await readCursor(c, LIST)
  const { items, next } = await deps.administrators.list(PAGE_SIZE, after)
  const ownId = visitor.principal.type === 'administrator' ? visitor.principal.id : null
  const shared = { base, formToken, mayChange, ownId, now: deps.now(), administrators: items }
  const status = statusOfForm({ ...top, errors: [...top.errors, ...add.errors] })
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

/** The bootstrap token has no address: its mail goes to who manages longest. */
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
  const work = async () => {
    const fields = { email: form.get('email'), access: form.get('access') }
    await createAdministrator(deps, consoleRequest(c), checked(fields, newAdministratorSchema))
    return goTo(c, PATH, 'added')
  }
  return orAgain(c, work, (add) => administratorsPage(c, { add }))
}

function update(c: ConsoleContext) {
  const { deps, form } = c.var
  const work = async () => {
    const input = present(checked({ access: form.get('access') }, administratorPatchSchema))
    await updateAdministrator(deps, administratorRequest(c), input)
    return goTo(c, PATH, 'updated')
  }
  return orAgain(c, work, (top) => administratorsPage(c, { top }))
}

function remove(c: ConsoleContext) {
  const work = async () => {
    await deleteAdministrator(c.var.deps, administratorRequest(c))
    return goTo(c, PATH, 'removed')
  }
  return orAgain(c, work, (top) => administratorsPage(c, { top }))
}

/** Answered with the page itself: what a mailer says is not for an address to carry. */
function testMail(c: ConsoleContext) {
  const { deps, visitor } = c.var
  const work = async () => {
    const mail = await sendTestMail(deps, visitor.principal, undefined)
    return administratorsPage(c, { mail })
  }
  return orAgain(c, work, (top) => administratorsPage(c, { top }))
}

function administratorRequest(c: ConsoleContext) {
  const administratorId = pathId(c, 'administrator_id')
  return { ...consoleRequest(c), administratorId, expectedVersions: expectedVersions(c.var.form) }
}

const ONE = `${PATH}/:administrator_id`

export const administratorRoutes: ConsoleRoute[] = [
  { method: 'GET', path: PATH, right: 'clients:read', handle: (c) => administratorsPage(c) },
  { method: 'POST', path: PATH, right: 'person', handle: create },
  { method: 'POST', path: `${PATH}/test-mail`, right: 'person', handle: testMail },
  { method: 'POST', path: ONE, right: 'person', handle: update },
  { method: 'POST', path: `${ONE}/removal`, right: 'person', handle: remove },
]
