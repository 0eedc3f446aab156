import { withoutForbiddenCharacters } from '../../domain/text.ts'
import { countedInWords } from '../../domain/count.ts'
import { note, print } from '../terminal.ts'
import type { Imported } from './carry-out.ts'
import type { ApiStep, RoleStep, Steps } from './compare.ts'
import type { Note } from './notes.ts'

/** Prints what an import would do, and what cannot be brought along. No secret is printed. */
export function sayPlan({ apis, roles, clients, skipped, notes }: Steps): void {
  for (const api of apis) print(`API ${line(api.audience)}: ${apiInWords(api)}`)
  for (const role of roles) print(`Role ${line(role.name)}: ${roleInWords(role)}`)
  for (const client of clients) {
    const { client_id: id, client_name: name, roles: held, permissions, secret } = client
    const access = `${countedInWords(held.length, 'role')}, ${countedInWords(permissions.length, 'permission')}`
    const by =
      secret === null ? 'by its keys' : 'text' in secret ? 'by secret' : 'by the hash of its secret'
    print(`Client ${line(name)} (${line(id)}): ${by}, ${access}`)
  }
  sayNotes('NOT imported', skipped)
  sayNotes('Note', notes)
}

function sayNotes(word: string, notes: Note[]): void {
  for (const { about, detail } of notes) {
    note({ text: word, colour: 'yellow' }, `: ${line(about)}: ${line(detail)}`)
  }
}

function apiInWords({ existing, missing, permissions }: ApiStep): string {
  if (!existing) return `to be made, with ${countedInWords(permissions.length, 'permission')}`
  return missing.length === 0
    ? 'is there'
    : `is there, and gets ${countedInWords(missing.length, 'permission')}`
}

function roleInWords({ roleId, permissions }: RoleStep): string {
  return roleId === null
    ? `to be made, with ${countedInWords(permissions.length, 'permission')}`
    : 'is there'
}

export function sayResults(results: Imported[]): void {
  for (const { client_id: id, client_name: name, outcome, error } of results) {
    const label = `${line(name)} (${line(id)})`
    if (outcome === 'created') print({ text: 'Imported', colour: 'green' }, `: ${label}`)
    else if (outcome === 'exists') print(`There already, not changed: ${label}`)
    else note({ text: 'REFUSED', colour: 'red' }, `: ${label}\n${error ?? ''}`)
  }
}

const line = withoutForbiddenCharacters
