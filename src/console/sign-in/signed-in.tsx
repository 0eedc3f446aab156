import type { ConsoleContext, ConsoleRoute } from '../kit/console-env.ts'
import { PageHead } from '../kit/page-head.tsx'
import { page } from '../kit/shell.tsx'

/** A sign-in ends here if a form is kept: by a script in this window, else in the previous one. */
function show(c: ConsoleContext) {
  const { base, visitor } = c.var
  return page(
    c,
    { title: 'Signed in' },
    <>
      <PageHead title="You are signed in" />
      <p>
        Signed in as <bdi>{visitor.name}</bdi>. If you were filling in a form, go back to the window
        that it was in and press “Show my form again”.
      </p>
      <form method="post" action={`${base}/sign-in/form`} data-takes="kept" hidden>
        <input type="hidden" name="kept" />
      </form>
      <p>
        <a href={`${base}/clients`}>API clients</a>
      </p>
    </>,
  )
}

export const signedInRoutes: ConsoleRoute[] = [
  { method: 'GET', path: '/signed-in', right: 'clients:read', handle: show },
]
