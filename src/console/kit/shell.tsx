import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { hasRight } from '../../domain/authority.ts'
import { assetPath } from './assets.ts'
import { BannerLine } from './banner-line.tsx'
import type { Banner, ConsoleContext, Visitor } from './console-env.ts'
import { Logo, Navigation, type Section } from './navigation.tsx'

export type { Section } from './navigation.tsx'

/** The data for the frame around a page. */
export type Frame = {
  base: string
  /** The tab's title, before the product's name. */
  title: string
  section?: Section | undefined
  /** Without a visitor there is no navigation. */
  visitor?: Visitor | undefined
  /** The form token of the visitor's session. */
  formToken: string
  /** The result of the previous change. */
  banner: Banner | null
}

function Shell({ frame, children }: { frame: Frame; children: Child }) {
  const { base, title, section, visitor, formToken, banner } = frame
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Portcullis</title>
        <link rel="icon" href={`${base}/icon.svg`} type="image/svg+xml" />
        <link rel="stylesheet" href={assetPath(base, 'style.css')} />
        <script src={assetPath(base, 'console.js')} defer></script>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <div class={visitor ? 'frame' : 'bare'}>
          {visitor && <Navigation {...{ base, section, visitor, formToken }} />}
          <main id="main" tabindex={-1}>
            {!visitor && (
              <p class="brand">
                <Logo base={base} />
              </p>
            )}
            {banner && <BannerLine formToken={formToken} banner={banner} />}
            {children}
          </main>
        </div>
        <p id="announcer" class="unseen" role="status" aria-live="polite"></p>
      </body>
    </html>
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
  // A refused form is told from its first showing by the title alone, which is read out first.
  const isRefused = status === 400 || status === 409 || status === 412
  const frame: Frame = {
    base,
    title: isRefused ? `Error: ${title}` : title,
    section,
    formToken,
    banner,
  }
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
