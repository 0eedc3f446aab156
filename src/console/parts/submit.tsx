import { h } from '../html.ts'

/** What a button says while its form is on the way, by its first word. */
const BUSY: Record<string, string> = {
  Add: 'Adding…',
  Create: 'Creating…',
  Delete: 'Deleting…',
  Generate: 'Generating…',
  Make: 'Making…',
  Remove: 'Removing…',
  Resume: 'Resuming…',
  Revoke: 'Revoking…',
  Save: 'Saving…',
  Sign: 'Signing…',
  Suspend: 'Suspending…',
}

type SubmitProps = { label: string; kind?: string | undefined }

/** Sends its form; with a script once, and it says so until the answer is there. */
export function Submit({ label, kind }: SubmitProps) {
  const busy = BUSY[label.split(' ')[0] ?? ''] ?? 'Sending…'
  return (
    <button type="submit" class={kind} data-busy={busy}>
      {label}
    </button>
  )
}

type SaveProps = {
  /** Whether what is saved now is not what the form was made from. */
  isOvertaken: boolean
  label: string
  /** Where the form is as it is saved. */
  href: string
}

/** The buttons of a form that edits: where somebody else saved something since, which of both is to stay. */
export function SaveButtons({ isOvertaken, label, href }: SaveProps) {
  if (!isOvertaken) return <Submit label={label} />
  return (
    <span class="row">
      <Submit label="Save mine" />
      <a class="button quiet" href={href}>
        Take theirs
      </a>
    </span>
  )
}
