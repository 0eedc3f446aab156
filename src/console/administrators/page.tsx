import { letInConfiguredAdministrators } from '../../actions/administrators/let-in-configured-administrators.ts'
import type { TestMail } from '../../actions/scheduled/send-test-mail.ts'
import { hasRight } from '../../domain/authority.ts'
import type { ConsoleContext } from '../kit/console-env.ts'
import { type Entered, FormToken, NOTHING_ENTERED } from '../kit/field.tsx'
import { statusOfForm } from '../kit/form-status.ts'
import { PageHead } from '../kit/page-head.tsx'
import { Pager } from '../kit/pager.tsx'
import { PAGE_SIZE, readCursor, writeCursor } from '../kit/paging.ts'
import { Problems } from '../kit/problems.tsx'
import { page } from '../kit/shell.tsx'
import { AddForm } from './forms.tsx'
import { AdministratorTable } from './list.tsx'
import { MailResult } from './test-mail.tsx'

const LIST = ['administrators']
export const PATH = '/administrators'

/** The result of a form on this page: errors at the top or in the add form, or the test mail. */
type Outcome = { top?: Entered; add?: Entered; mail?: TestMail }

export async function administratorsPage(c: ConsoleContext, outcome: Outcome = {}) {
  const { top = NOTHING_ENTERED, add = NOTHING_ENTERED, mail } = outcome
  const { deps, base, formToken, visitor } = c.var
  const mayChange = hasRight(visitor.principal, 'person')
  // Adds configured administrators before the cron first runs. A read-only visitor never writes.
  if (mayChange) await letInConfiguredAdministrators(deps)
  const after = await readCursor(c, LIST)
  const { items, next } = await deps.members.list(PAGE_SIZE, after)
  const ownId = visitor.principal.type === 'administrator' ? visitor.principal.id : null
  const shared = { base, mayChange, ownId, now: deps.now(), administrators: items }
  const status = statusOfForm(top === NOTHING_ENTERED ? add : top)
  return page(
    c,
    { title: 'Administrators', section: 'administrators', status },
    <>
      <PageHead
        title="Administrators"
        about="People who can use this console. Those with manage access get reminders by email before credentials expire, unless a group let them in."
      >
        {mayChange && (
          <TestMailButton
            base={base}
            formToken={formToken}
            isSelf={visitor.session.who.type === 'administrator'}
          />
        )}
      </PageHead>
      <Problems entered={top} />
      {mail && <MailResult mail={mail} missing={deps.mailer.missing} />}
      <section class="card">
        <AdministratorTable {...shared} />
      </section>
      <Pager path={base + PATH} next={await writeCursor(c, LIST, next)} later={after !== null} />
      {mayChange && <AddForm base={base} formToken={formToken} entered={add} />}
    </>,
  )
}

type ButtonProps = { base: string; formToken: string; isSelf: boolean }

/** The bootstrap token has no address: its mail goes to the manager who was added first. */
function TestMailButton({ base, formToken, isSelf }: ButtonProps) {
  return (
    <form method="post" action={`${base}${PATH}/test-mail`}>
      <FormToken token={formToken} />
      <button type="submit">{isSelf ? 'Send me a test email' : 'Send a test email'}</button>
    </form>
  )
}
