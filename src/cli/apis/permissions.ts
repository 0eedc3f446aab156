import type { ApiBody } from '../api-types.ts'
import { usageFailure } from '../failure.ts'
import { notThere, refuseContradiction } from '../changed-list.ts'
import { type Field, type Given, listIn } from '../fields.ts'

type Permission = ApiBody['permissions'][number]

/** The permissions of an API. One that it has already gets the description and the group given. */
export const permissions: Field = {
  wire: 'permissions',
  options: {
    permission: {
      type: 'string',
      many: true,
      valueHint: 'PERMISSION[=TEXT]',
      description: 'A permission, with its description; may be repeated',
    },
    group: {
      type: 'string',
      valueHint: 'TEXT',
      description: 'The heading under which these permissions are shown; an empty one removes it',
    },
  },
  removing: {
    removePermission: {
      type: 'string',
      many: true,
      valueHint: 'PERMISSION',
      description: 'A permission to remove; may be repeated',
    },
  },
  read,
}

function read(given: Given) {
  const group = given['group'] as string | undefined
  const added = listIn(given, 'permission').map((text) => readPermission(text, group))
  const removed = listIn(given, 'removePermission')
  if (group !== undefined && added.length === 0) {
    throw usageFailure('--group is the heading of permissions: name them by --permission.')
  }
  if (added.length + removed.length === 0) return undefined
  const names = added.map(({ permission }) => permission)
  refuseContradiction(['--permission', '--remove-permission'], names, removed)
  return (before: unknown) => changed((before ?? []) as Permission[], added, removed)
}

function readPermission(text: string, group: string | undefined): Permission {
  const [permission = '', ...rest] = text.split('=')
  const description = rest.length === 0 ? {} : { description: rest.join('=') }
  return { permission, ...description, ...(group === undefined ? {} : { group }) }
}

function changed(before: Permission[], added: Permission[], removed: string[]): Permission[] {
  const names = new Set(before.map(({ permission }) => permission))
  const missing = removed.find((name) => !names.has(name))
  if (missing !== undefined) throw notThere(missing)
  const all = new Map(before.map((one) => [one.permission, one]))
  for (const name of removed) all.delete(name)
  for (const one of added) all.set(one.permission, { ...all.get(one.permission), ...one })
  return [...all.values()].map(withoutEmpty)
}

function withoutEmpty({ permission, description, group }: Permission): Permission {
  return { permission, ...(description && { description }), ...(group && { group }) }
}
