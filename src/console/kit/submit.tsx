/** The text of a button while its form is being sent, by its first word. */
const BUSY: Record<string, string> = {
  Add: 'Adding…',
  Create: 'Creating…',
  Delete: 'Deleting…',
  Generate: 'Generating…',
  Make: 'Making…',
  Remove: 'Removing…',
  Respond: 'Responding…',
  Resume: 'Resuming…',
  Revoke: 'Revoking…',
  Save: 'Saving…',
  Sign: 'Signing…',
  Suspend: 'Suspending…',
  Promote: 'Promoting…',
  Rotate: 'Rotating…',
  Trust: 'Adding…',
}

type SubmitProps = { label: string; kind?: string | undefined }

/** Sends its form. With a script it does so only once, and says so until the answer arrives. */
export function Submit({ label, kind }: SubmitProps) {
  const busy = BUSY[label.split(' ')[0] ?? ''] ?? 'Sending…'
  return (
    <button type="submit" class={kind} data-busy={busy}>
      {label}
    </button>
  )
}

type SaveProps = {
  /** Whether someone else has saved a newer version since the form was made. */
  hasConflict: boolean
  label: string
  /** The page with the saved form. */
  href: string
}

/** The buttons of an edit form. After a conflict they ask which version to keep. */
export function SaveButtons({ hasConflict, label, href }: SaveProps) {
  if (!hasConflict) return <Submit kind="primary" label={label} />
  return (
    <>
      <Submit kind="primary" label="Save mine" />
      <a class="button" href={href}>
        Take theirs
      </a>
    </>
  )
}
