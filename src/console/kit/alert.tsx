import type { Child } from 'hono/jsx'

/** An error that screen readers announce at once. It takes the focus, so that the keyboard begins there. */
export function Alert({ children }: { children: Child }) {
  return (
    <div class="problems" role="alert" tabindex={-1} autofocus>
      {children}
    </div>
  )
}
