import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Child, h } from './html.ts'
import { hasRight } from '../domain/authority.ts'
import type { ConsoleContext, Visitor } from './door.ts'
import { type Done, doneText } from './done.ts'
import { FormToken } from './parts/field.tsx'

/** What the frame around a page needs to know. */
export type Frame = {
  base: string
  /** Of the tab, before the product's name. */
  title: string
  /** Which part of the console this is. */
  section?: Section | undefined
  visitor?: Visitor | undefined
  /** Of the visitor's session. */
  formToken: string
  /** What the change before has done. */
  done?: Done | null | undefined
}

type Section =
  | 'clients'
  | 'activity'
  | 'inspector'
  | 'apis'
  | 'roles'
  | 'administrators'
  | 'signing-keys'
  | 'setup'

const SECTIONS: [Section, string][] = [
  ['clients', 'API clients'],
  ['activity', 'Activity'],
  ['inspector', 'Token inspector'],
  ['apis', 'APIs'],
  ['roles', 'Roles'],
  ['administrators', 'Administrators'],
  ['signing-keys', 'Signing keys'],
  ['setup', 'Setup'],
]

function Shell({ frame, children }: { frame: Frame; children: Child }) {
  const { base, title, visitor } = frame
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Portcullis</title>
        <link rel="icon" href={`${base}/icon.svg`} type="image/svg+xml" />
        <link rel="stylesheet" href={`${base}/style.css`} />
        <script src={`${base}/console.js`} defer></script>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        {visitor && <Header frame={frame} visitor={visitor} />}
        <main id="main" tabindex={-1}>
          {frame.done && <Banner frame={frame} done={frame.done} />}
          {children}
        </main>
        <p id="announcer" class="unseen" role="status" aria-live="polite"></p>
      </body>
    </html>
  )
}

function Header({ frame, visitor }: { frame: Frame; visitor: Visitor }) {
  const { base, section, formToken } = frame
  return (
    <header class="top">
      <a class="brand" href={`${base}/clients`}>
        Portcullis
      </a>
      <nav aria-label="Main">
        <ul>
          {SECTIONS.map(([name, label]) => (
            <li>
              <a href={`${base}/${name}`} aria-current={name === section ? 'page' : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <form class="who" method="post" action={`${base}/sign-out`}>
        <FormToken token={formToken} />
        <span>
          <bdi>{visitor.name}</bdi>
          {!hasRight(visitor.principal, 'clients:manage') && ' (view only)'}
        </span>
        <button type="submit" class="quiet">
          Sign out
        </button>
      </form>
    </header>
  )
}

function Banner({ frame, done }: { frame: Frame; done: Done }) {
  return (
    <div class="banner" role="status">
      <p>{doneText(done.what)}</p>
      {done.undo && (
        <form method="post" action={done.undo.action}>
          <FormToken token={frame.formToken} />
          {Object.entries(done.undo.fields).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button type="submit" class="quiet">
            {done.undo.label}
          </button>
        </form>
      )}
    </div>
  )
}

type PageOptions = {
  title: string
  section?: Section
  status?: ContentfulStatusCode
  /** What a form on the page before has done, with what takes it back. */
  undo?: Done['undo']
}

/** Answers a page within the frame. */
export function page(
  c: ConsoleContext,
  options: PageOptions,
  body: Child,
): Response | Promise<Response> {
  const { title, section, undo, status = 200 } = options
  const what = c.req.method === 'GET' ? c.req.query('done') : undefined
  const done = what !== undefined && doneText(what) !== null ? { what, undo } : null
  const { base, visitor, formToken } = c.var
  const frame: Frame = { base, title, section, visitor, formToken, done }
  const document = <Shell frame={frame}>{body}</Shell>
  return c.html(`<!doctype html>${document.html}`, status)
}

/** Whether the visitor may change things here: buttons that would be refused are not shown. */
export function mayManage(c: ConsoleContext): boolean {
  return hasRight(c.var.visitor.principal, 'clients:manage')
}
