import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { hasRight } from '../../domain/authority.ts'
import type { Banner, ConsoleContext, Visitor } from './console-env.ts'
import { FormToken } from './field.tsx'
import { Submit } from './submit.tsx'

/** The data for the frame around a page. */
export type Frame = {
  base: string
  /** The tab's title, before the product's name. */
  title: string
  /** The section of the console that this page belongs to. */
  section?: Section | undefined
  visitor?: Visitor | undefined
  /** The form token of the visitor's session. */
  formToken: string
  /** The result of the previous change. */
  banner: Banner | null
}

type Section =
  | 'clients'
  | 'activity'
  | 'inspector'
  | 'apis'
  | 'roles'
  | 'issuers'
  | 'administrators'
  | 'signing-keys'
  | 'setup'

const SECTIONS: [Section, string][] = [
  ['clients', 'API clients'],
  ['activity', 'Activity'],
  ['inspector', 'Token inspector'],
  ['apis', 'APIs'],
  ['roles', 'Roles'],
  ['issuers', 'Workload issuers'],
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
          {frame.banner && <BannerLine formToken={frame.formToken} banner={frame.banner} />}
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
        <Submit kind="quiet" label="Sign out" />
      </form>
    </header>
  )
}

function BannerLine({ formToken, banner }: { formToken: string; banner: Banner }) {
  const { text, undo, next } = banner
  const link = next ?? (undo && 'href' in undo ? undo : null)
  return (
    <div class="banner" role="status">
      <p>
        <bdi>{text}</bdi>
      </p>
      {link && (
        <a class="button quiet" href={link.href}>
          {link.label}
        </a>
      )}
      {undo && 'action' in undo && (
        <form method="post" action={undo.action}>
          <FormToken token={formToken} />
          {Object.entries(undo.fields).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button type="submit" class="quiet">
            {undo.label}
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
  /** Hides links to other pages, so that this one is not left by accident. */
  isBare?: boolean
}

/** Answers with a page inside the frame, including the flash message of the previous form. */
export async function page(
  c: ConsoleContext,
  { title, section, status = 200, isBare = false }: PageOptions,
  body: Child,
): Promise<Response> {
  const { base, visitor, formToken } = c.var
  const banner = visitor && status === 200 ? await c.var.takeBanner(c) : null
  const frame: Frame = { base, title, section, formToken, banner }
  const seen = isBare ? frame : { ...frame, visitor }
  return c.html(
    <>
      {raw('<!doctype html>')}
      <Shell frame={seen}>{body}</Shell>
    </>,
    status,
  )
}

/** Whether the visitor may change things. Buttons that would be refused are not shown. */
export function mayManage(c: ConsoleContext): boolean {
  return hasRight(c.var.visitor.principal, 'clients:manage')
}
