import { openAdmin } from './admin.ts'
import { changeAsRead, versionIn } from './change-as-read.ts'
import { confirm, requireYesOrTerminal } from './confirm.ts'
import { deleteOnce } from './delete-once.ts'
import { printBody } from './describe.ts'
import { type Edit, wantedBy } from './fields.ts'
import { idIn, labelOf, type Listed, type Noun, readAll, readOne } from './noun.ts'
import { printTable } from './table.ts'
import { type Part, print, printJson } from './terminal.ts'

// The actions that are the same for any noun.

type Columns<Body> = { head: string[]; row: (body: Body) => Part[]; elastic: string }

/** Prints all of them. */
export async function listAll<Body>(
  noun: Listed & Partial<Noun<Body>>,
  { head, row, elastic }: Columns<Body>,
  json: boolean,
): Promise<void> {
  const items = await readAll(await openAdmin(), noun)
  if (json) return printJson(items)
  if (items.length === 0) return print(`No ${noun.many}.`)
  printTable(head, items.map(row), head.indexOf(elastic))
}

/** Prints one, a field a line. */
export async function showOne<Body extends object>(
  noun: Noun<Body>,
  named: string,
  json: boolean,
): Promise<void> {
  const { body } = await readOne(await openAdmin(), noun, named)
  if (json) printJson(body)
  else printBody(body)
}

/** Makes changes to one as it is read. */
export async function editOne<Body extends object>(
  noun: Noun<Body>,
  named: string,
  edit: Edit,
  json: boolean,
): Promise<void> {
  const admin = await openAdmin()
  const { body: before, answer, path } = await readOne(admin, noun, named)
  const ifMatch = versionIn(answer)
  const after = await changeAsRead<Body>(admin, { path, ifMatch }, wantedBy(edit, before))
  if (json) return printJson(after)
  print(`Changed ${labelOf(noun, after)}.`)
}

/** Deletes one as it is read, by its name, or with `--yes`. */
export async function deleteOne<Body>(
  noun: Noun<Body>,
  named: string,
  { yes, json }: { yes: boolean; json: boolean },
): Promise<void> {
  requireYesOrTerminal(yes)
  const admin = await openAdmin()
  const { body, answer, path } = await readOne(admin, noun, named)
  const ifMatch = versionIn(answer)
  if (!yes) {
    await confirm(
      `Type its name to delete the ${noun.one} ${labelOf(noun, body)}`,
      noun.nameOf(body),
    )
  }
  await deleteOnce(admin, path, ifMatch)
  if (json) return printJson({ [noun.idField]: idIn(noun, body), deleted: true })
  print(`Deleted ${labelOf(noun, body)}.`)
}
