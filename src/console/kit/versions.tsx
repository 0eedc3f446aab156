import { type Entered, hasConflict } from './field.tsx'

/** The version that a form was made from. The form is refused if there is a newer one. */
export function Version({ of: version }: { of: number }) {
  return <input type="hidden" name="version" value={String(version)} />
}

/** The name of the subject of a deletion, because it cannot be looked up afterwards. */
export function Called({ name }: { name: string }) {
  return <input type="hidden" name="called" value={name} />
}

export function called(form: URLSearchParams): string {
  return form.get('called') ?? ''
}

export function expectedVersions(form: URLSearchParams): number[] {
  return [Number(form.get('version'))]
}

/**
 * The version for a form that is shown again: the one it was first made from, so that a change
 * since then is not lost, or the newest if the form shows that change.
 */
export function versionSeen(entered: Entered, newest: number): number {
  const isSeen = hasConflict(entered) || !entered.values.has('version')
  return isSeen ? newest : Number(entered.values.get('version'))
}
