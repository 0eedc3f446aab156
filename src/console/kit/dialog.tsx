import type { Child } from 'hono/jsx'

type DialogLinkProps = { href: string; kind?: 'danger' | 'primary'; children: Child }

/** Leads to a page that asks for more. With a script that page opens as a dialog over this one. */
export function DialogLink({ href, kind, children }: DialogLinkProps) {
  return (
    <a class={kind ? `button ${kind}` : 'button'} href={href} data-dialog="">
      {children}
    </a>
  )
}
