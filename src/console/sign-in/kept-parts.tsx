import { Alert } from '../kit/alert.tsx'
import { Submit } from '../kit/submit.tsx'

/** Says that a form is kept on this page, or is too long for that. */
export function KeptNote({ kept, isTooLong }: { kept: string | null; isTooLong: boolean }) {
  if (isTooLong) {
    return (
      <Alert>
        <p>
          You were signed out, so nothing was changed. Your entries are too long to be kept here.
        </p>
      </Alert>
    )
  }
  if (kept === null) return null
  return (
    <div class="note">
      <p>
        You were signed out, so nothing was changed. Your entries are kept on this page for an hour:
        sign in to see them again.
      </p>
    </div>
  )
}

/**
 * Leads to the provider and back. With a script that happens in this window, and the browser keeps
 * the encrypted form; without one it opens another window, because only this page has the form.
 */
export function ProviderLink({ href, hasKept }: { href: string; hasKept: boolean }) {
  return (
    <a
      class="button primary"
      href={href}
      target={hasKept ? '_blank' : undefined}
      data-keeps={hasKept ? 'kept' : undefined}
    >
      Sign in with OpenID Connect
    </a>
  )
}

/** For a visitor who has signed in in another window meanwhile. */
export function KeptForm({ base, kept }: { base: string; kept: string }) {
  return (
    <form method="post" action={`${base}/sign-in/form`}>
      <input type="hidden" id="kept" name="kept" value={kept} />
      <p class="hint">If you have signed in in another window:</p>
      <Submit label="Show my form again" />
    </form>
  )
}
