type PagerProps = {
  /** The path of the list, including the console's base. */
  path: string
  /** The other query parameters, such as `status=expired&q=billing`. */
  query?: string
  /** The cursor of the next page. */
  next: string | null
  /** Whether this is not the first page. */
  later?: boolean
}

/** Links to the next page of a list, and back to its first. */
export function Pager({ path, query = '', next, later = false }: PagerProps) {
  if (next === null && !later) return null
  const first = query === '' ? path : `${path}?${query}`
  const onward = new URLSearchParams(query)
  onward.set('cursor', next ?? '')
  return (
    <nav class="pager" aria-label="Pages">
      {later && (
        <a class="button" href={first}>
          First page
        </a>
      )}
      {next !== null && (
        <a class="button" href={`${path}?${onward.toString()}`} rel="next">
          Next page
        </a>
      )}
    </nav>
  )
}
