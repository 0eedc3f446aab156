import { type Child, h } from '../html.ts'

/** What went wrong, said at once. */
export function Alert({ children }: { children: Child }) {
  return (
    <div class="problems" role="alert">
      {children}
    </div>
  )
}
