/** The text of a button while its form is on the way, by its first word. */
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

/** Sends its form; with a script only once, and it says so until the answer comes. */
export function Submit({ label, kind }: SubmitProps) {
  const busy = BUSY[label.split(' ')[0] ?? ''] ?? 'Sending…'
  return (
    <button type="submit" class={kind} data-busy={busy}>
      {label}
    </button>
  )
}

type SaveProps = {
  /** Whether the saved version is not the one that the form was made from. */
  isOvertaken: boolean
  label: string
  /** The page with the saved form. */
  href: string
}

/** The buttons of a form that edits: if somebody else saved meanwhile, they ask which to keep. */
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
