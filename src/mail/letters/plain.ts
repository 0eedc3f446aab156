import { cut, withoutForbiddenCharacters } from '../../domain/text.ts'

const DETAIL_MAX = 200

/** A name safe for a mail: the admin API refuses what this replaces, a database may hold it. */
export function plain(text: string): string {
  return withoutForbiddenCharacters(text)
}

/** At most `length` characters, the last an ellipsis where something is missing. */
export function shortened(text: string, length: number): string {
  return [...text].length <= length ? text : `${cut(text, length - 1)}…`
}

/** Another system's message, as one line that a log and a console can show. */
export function oneLine(text: string): string {
  return shortened(plain(text.trim().replaceAll(/\s+/g, ' ')), DETAIL_MAX)
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
