import type { Administrator } from '../../domain/administrator.ts'
import type { Member } from '../../domain/member.ts'
import { askPage } from '../kit/ask.tsx'
import { Card } from '../kit/card.tsx'
import { type Choice, Choices } from '../kit/choices.tsx'
import type { ConsoleContext } from '../kit/console-env.ts'
import { type Entered, Field, FormToken, hasConflict } from '../kit/field.tsx'
import { Problems } from '../kit/problems.tsx'
import { Submit } from '../kit/submit.tsx'
import { Called, versionSeen } from '../kit/versions.tsx'

type AddFormProps = { base: string; formToken: string; entered: Entered }

export function AddForm({ base, formToken, entered }: AddFormProps) {
  return (
    <form method="post" action={`${base}/administrators`} class="form">
      <Card title="Add administrator">
        <FormToken token={formToken} />
        <Problems entered={entered} />
        <Field
          name="email"
          label="Email address"
          type="email"
          entered={entered}
          hint="The address that they sign in with."
          required
        />
        <AccessChoice chosen={entered.values.get('access') ?? 'view'} />
        <Submit kind="primary" label="Add administrator" />
      </Card>
    </form>
  )
}

const ACCESS: Choice[] = [
  ['view', 'View only', 'Can see everything but secrets.'],
  ['manage', 'Manage', 'Can change everything, and gets the reminders.'],
]

function AccessChoice({ chosen, saved }: { chosen: string; saved?: string | undefined }) {
  return <Choices name="access" legend="Access" choices={ACCESS} chosen={chosen} saved={saved} />
}

function questionOn(
  c: ConsoleContext,
  { administratorId, version }: Administrator | Member,
  entered: Entered,
) {
  const list = `${c.var.base}/administrators`
  return {
    section: 'administrators' as const,
    crumbs: [['Administrators', list]] as [string, string][],
    path: `${list}/${administratorId}`,
    version: versionSeen(entered, version),
    cancel: list,
  }
}

function isVisitor(c: ConsoleContext, { administratorId }: Administrator): boolean {
  return c.var.visitor.principal.id === administratorId
}

/** The form for one administrator's access. */
export function accessPage(c: ConsoleContext, one: Administrator, entered: Entered) {
  const { path, ...shared } = questionOn(c, one, entered)
  const other = one.access === 'view' ? 'manage' : 'view'
  return askPage(
    c,
    {
      ...shared,
      title: { before: 'Access of', name: one.email },
      action: path,
      label: 'Save',
      isEdit: true,
      call: {
        method: 'PATCH',
        path: `/administrators/${one.administratorId}`,
        body: { access: other },
        command: `administrators edit ${one.administratorId} --access ${other}`,
      },
      body: (
        <>
          {isVisitor(c, one) && (
            <p>
              <b>This is you.</b> With “View only” you can’t change anything any more, this
              included.
            </p>
          )}
          <AccessChoice
            chosen={entered.values.get('access') ?? one.access}
            saved={hasConflict(entered) ? one.access : undefined}
          />
        </>
      ),
    },
    entered,
  )
}

/** Asks before a person whom a group lets in is blocked, or may come again. */
export function blockPage(c: ConsoleContext, one: Member, entered: Entered) {
  const { path, ...shared } = questionOn(c, one, entered)
  const isBlocked = one.blockedAt !== null
  return askPage(
    c,
    {
      ...shared,
      title: { before: isBlocked ? 'Unblock' : 'Block', name: one.email, after: '?' },
      action: `${path}/block`,
      label: isBlocked ? 'Unblock' : 'Block',
      call: {
        method: 'PATCH',
        path: `/administrators/${one.administratorId}`,
        body: { blocked: !isBlocked },
        command: `administrators edit ${one.administratorId} ${isBlocked ? '--no-blocked' : '--blocked'}`,
      },
      isDanger: !isBlocked,
      body: (
        <>
          <Called name={one.email} />
          <input type="hidden" name="blocked" value={isBlocked ? 'no' : 'yes'} />
          <p>
            {isBlocked
              ? 'A group of the identity provider may let them in again.'
              : 'They are signed out at once, and no group of the identity provider lets them in. Their changes stay as they are.'}
          </p>
        </>
      ),
    },
    entered,
  )
}

/** Asks before an administrator is removed. */
export function removalPage(c: ConsoleContext, one: Administrator, entered: Entered) {
  const { path, ...shared } = questionOn(c, one, entered)
  return askPage(
    c,
    {
      ...shared,
      title: { before: 'Remove', name: one.email, after: '?' },
      action: `${path}/removal`,
      label: 'Remove administrator',
      call: {
        method: 'DELETE',
        path: `/administrators/${one.administratorId}`,
        command: `administrators remove ${one.administratorId} --yes`,
      },
      isDanger: true,
      body: (
        <>
          <Called name={one.email} />
          <p>
            They are signed out at once and can’t sign in again
            {c.var.deps.signInBy.groups && ', also not by a group: they are blocked'}. Their changes
            stay as they are.
            {isVisitor(c, one) && <b> This is you.</b>}
          </p>
        </>
      ),
    },
    entered,
  )
}
