import type { Child } from 'hono/jsx'

/** An error that screen readers announce at once. */
export function Alert({ children }: { children: Child }) {
  return (
    <div class="problems" role="alert">
      {children}
    </div>
  )
}
