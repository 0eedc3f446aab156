/** A heading about something that has a name: `Suspend`, `Nightly export`, `?`. */
export type Title = { before: string; name?: string; after?: string }

/** As plain text, for the browser's tab. */
export function titleText({ before, name, after = '' }: Title): string {
  return name === undefined ? before : `${before} ${name}${after}`
}

/** Keeps the direction of a name from turning the words around it. */
export function TitleWords({ of: { before, name, after = '' } }: { of: Title }) {
  if (name === undefined) return <>{before}</>
  return (
    <>
      {before} <bdi>{name}</bdi>
      {after}
    </>
  )
}
