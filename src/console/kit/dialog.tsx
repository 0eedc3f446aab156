import type { Child } from 'hono/jsx'

/** Opens a dialog with the popover API, so that it works without a script. */
export function DialogButton(props: { dialog: string; kind?: string; children: Child }) {
  return (
    <button type="button" class={props.kind} popovertarget={props.dialog} aria-haspopup="dialog">
      {props.children}
    </button>
  )
}

/** Asks for confirmation. Escape, the cancel button and a click outside close it. */
export function Dialog(props: { id: string; title: string; children: Child }) {
  const { id, title, children } = props
  return (
    <div id={id} popover="auto" role="dialog" aria-labelledby={`${id}-title`} class="dialog">
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </div>
  )
}

export function DialogActions({ dialog, children }: { dialog: string; children: Child }) {
  return (
    <div class="actions">
      {children}
      <button type="button" class="quiet" popovertarget={dialog} popovertargetaction="hide">
        Cancel
      </button>
    </div>
  )
}
