import type { Child } from 'hono/jsx'
import { AsCommand, type Call } from './as-command.tsx'
import { Version } from './versions.tsx'
import type { ConsoleContext } from './console-env.ts'
import { type Entered, FormToken, hasConflict, NOTHING_ENTERED } from './field.tsx'
import { Problems } from './problems.tsx'
import { statusOfForm } from './form-status.ts'
import { type Crumb, Crumbs } from './page-head.tsx'
import { page, type Section } from './shell.tsx'
import { SaveButtons, Submit } from './submit.tsx'
import { type Title, TitleWords, titleText } from './title.tsx'

/** A change that is asked about before it is made. */
export type Question = {
  title: Title
  section: Section
  crumbs: Crumb[]
  /** Where the form is posted to. */
  action: string
  /** The text of the button that does it. Null: there is nothing to do. */
  label: string | null
  isDanger?: boolean
  /** Whether it saves values: if somebody else saved others first, either can be kept. */
  isEdit?: boolean
  /** The version of its subject that is shown; the form is refused if there is a newer one. */
  version?: number
  /** Where Cancel leads. */
  cancel: string
  /** The consequences, and any further questions. */
  body: Child
  /** The same for a script. */
  call?: Call | undefined
}

/**
 * A question on a page of its own. With a script the links to it open it as a dialog over the page
 * that they are on.
 */
export function askPage(
  c: ConsoleContext,
  question: Question,
  entered: Entered = NOTHING_ENTERED,
): Response | Promise<Response> {
  const { title, section, crumbs } = question
  return page(
    c,
    { title: titleText(title), section, status: statusOfForm(entered) },
    <>
      <Crumbs of={crumbs} />
      <Ask of={question} issuer={c.var.deps.issuer} formToken={c.var.formToken} entered={entered} />
    </>,
  )
}

type AskProps = { of: Question; issuer: string; formToken: string; entered: Entered }

function Ask({ of: question, issuer, formToken, entered }: AskProps) {
  const { title, action, label, isDanger = false, isEdit = false } = question
  const { version, cancel, body, call } = question
  return (
    <form method="post" action={action} class="card ask form" aria-labelledby="ask-title">
      <FormToken token={formToken} />
      {version !== undefined && <Version of={version} />}
      <div class="pad">
        <h1 id="ask-title">
          <TitleWords of={title} />
        </h1>
        <Problems entered={entered} isEdit={isEdit} />
        {body}
        {call && <AsCommand issuer={issuer} call={call} />}
      </div>
      <div class="actions">
        {label !== null && <Buttons {...{ action, label, isDanger, isEdit, entered }} />}
        <a class="button" href={cancel} data-closes="">
          Cancel
        </a>
      </div>
    </form>
  )
}

type ButtonsProps = Required<Pick<Question, 'action' | 'isDanger' | 'isEdit'>> & {
  label: string
  entered: Entered
}

function Buttons({ action, label, isDanger, isEdit, entered }: ButtonsProps) {
  if (!isEdit) return <Submit kind={isDanger ? 'danger' : 'primary'} label={label} />
  return <SaveButtons hasConflict={hasConflict(entered)} label={label} href={action} />
}
