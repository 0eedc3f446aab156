import type { Child } from 'hono/jsx'

/** An error, announced at once. */
export function Alert({ children }: { children: Child }) {
  return (
    <div class="problems" role="alert">
      {children}
    </div>
  )
}
