import { Alert } from '../kit/alert.tsx'
import { Submit } from '../kit/submit.tsx'

/** Says that a form waits here, or is too long to. */
export function KeptNote({ kept, isTooLong }: { kept: string | null; isTooLong: boolean }) {
  if (isTooLong) {
    return (
      <Alert>
        <p>
          You were signed out, so nothing was done. What you entered is too long to be kept here.
        </p>
      </Alert>
    )
  }
  if (kept === null) return null
  return (
    <div class="note">
      <p>
        You were signed out, so nothing was done. What you entered is kept on this page for an hour:
        sign in, and you see it again.
      </p>
    </div>
  )
}

/**
 * Leads to the provider and back: with a script in this window, where the browser keeps the form,
 * still encrypted; without one in another, because only this page has the form.
 */
export function ProviderLink({ href, hasKept }: { href: string; hasKept: boolean }) {
  return (
    <a
      class="button"
      href={href}
      target={hasKept ? '_blank' : undefined}
      data-keeps={hasKept ? 'kept' : undefined}
    >
      Sign in with OpenID Connect
    </a>
  )
}

/** For a visitor who has signed in since, in another window. */
export function KeptForm({ base, kept }: { base: string; kept: string }) {
  return (
    <form method="post" action={`${base}/sign-in/form`}>
      <input type="hidden" id="kept" name="kept" value={kept} />
      <p class="hint">If you signed in in another window:</p>
      <Submit kind="quiet" label="Show my form again" />
    </form>
  )
}
