import type { Child } from 'hono/jsx'

type MenuProps = { label: string; children: Child }

/** A few more actions behind a button. It opens beneath its button, without a script too. */
export function Menu({ label, children }: MenuProps) {
  return (
    <details class="menu">
      <summary class="button icon" aria-label={label}>
        ⋯
      </summary>
      <ul>{children}</ul>
    </details>
  )
}

type EntryProps = { href: string; isDanger?: boolean; asks?: boolean; children: Child }

/** An entry of a menu. `asks`: with a script its page opens as a dialog. */
export function MenuEntry({ href, isDanger = false, asks = false, children }: EntryProps) {
  return (
    <li>
      <a href={href} class={isDanger ? 'danger' : undefined} data-dialog={asks ? '' : undefined}>
        {children}
      </a>
    </li>
  )
}
