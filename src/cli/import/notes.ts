/** Something that cannot be brought along, or becomes something else. */
export type Note = { about: string; detail: string }

export type Noted = { notes: Note[] }

export function noteOnce({ notes }: Noted, note: Note): void {
  if (!notes.some((one) => one.about === note.about && one.detail === note.detail)) notes.push(note)
}
