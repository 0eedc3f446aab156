import * as v from 'valibot'
import {
  deleteAdministrator,
  findAdministrator,
  updateAdministrator,
} from '../../actions/administrators/change-administrator.ts'
import { blockMember } from '../../actions/administrators/block-member.ts'
import { createAdministrator } from '../../actions/administrators/create-administrator.ts'
import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import { sendTestMail } from '../../actions/scheduled/send-test-mail.ts'
import type { Administrator } from '../../domain/administrator.ts'
import { Refusal } from '../../domain/errors.ts'
import { isMember, type Member } from '../../domain/member.ts'
import type { Seconds } from '../../domain/time.ts'
import { parse } from '../../web/parse.ts'
import { withoutUndefined } from '../../web/client-input.ts'
import { newAdministratorSchema } from '../../web/schemas.ts'
import type { Flash, FlashKind } from '../forms/banners.ts'
import { redirectWithFlash } from '../forms/flash.ts'
import { noFields, type Repeat } from '../forms/form-handler.ts'
import { question } from '../forms/question.ts'
import { formRoute } from '../forms/run-form.ts'
import { called, expectedVersions } from '../kit/versions.tsx'
import { type ConsoleContext, type ConsoleRoute, pathId } from '../kit/console-env.ts'
import { type Entered, withoutValues } from '../kit/field.tsx'
import { accessPage, blockPage, removalPage } from './forms.tsx'
import { administratorsPage, PATH } from './page.tsx'

const ONE = `${PATH}/:administrator_id`
const right = 'person'
const accessSchema = v.pick(newAdministratorSchema, ['access'])

const create = formRoute({
  path: PATH,
  right,
  parse: ({ var: { form } }) =>
    parse({ email: form.get('email'), access: form.get('access') }, newAdministratorSchema),
  run: (c, request, input) => createAdministrator(c.var.deps, request, input),
  ...administratorChanged('administrator.created'),
  show: (c, add) => administratorsPage(c, { add }),
})

const update = formRoute({
  path: ONE,
  right,
  parse: (c) => withoutUndefined(parse({ access: c.var.form.get('access') }, accessSchema)),
  run: (c, request, input) => updateAdministrator(c.var.deps, asSeen(c, request), input),
  ...administratorChanged('administrator.updated'),
  show: showAccess,
})

async function showAccess(c: ConsoleContext, entered: Entered) {
  return accessPage(c, await inPath(c), entered)
}

async function showRemoval(c: ConsoleContext, entered: Entered) {
  return removalPage(c, await inPath(c), withoutValues(entered))
}

function inPath(c: ConsoleContext): Promise<Administrator | Member> {
  return findAdministrator(c.var.deps, pathId(c, 'administrator_id'))
}

const MEMBER = `${PATH}/:member_id/block`

async function showBlock(c: ConsoleContext, entered: Entered) {
  const one = await findAdministrator(c.var.deps, pathId(c, 'member_id'))
  if (isMember(one)) return blockPage(c, one, withoutValues(entered))
  throw new Refusal('conflict', 'This person is in the list of administrators.')
}

const isToBlock = (c: ConsoleContext) => c.var.form.get('blocked') === 'yes'

const block = formRoute({
  path: MEMBER,
  right,
  parse: isToBlock,
  run: async (c, request, input) => {
    const id = pathId(c, 'member_id')
    await blockMember(c.var.deps, { ...asSeen(c, request), administratorId: id }, input)
    return { id, at: c.var.deps.now() }
  },
  done: flashBlocked,
  repeat: flashBlocked,
  show: showBlock,
})

function flashBlocked(c: ConsoleContext, { id, at }: Repeat) {
  const kind = isToBlock(c) ? 'member.blocked' : 'member.unblocked'
  return redirectWithFlash(c, PATH, { kind, id, name: called(c.var.form), at })
}

const remove = formRoute({
  path: `${ONE}/removal`,
  right,
  parse: noFields,
  run: async (c, request) => {
    await deleteAdministrator(c.var.deps, asSeen(c, request))
    return { id: pathId(c, 'administrator_id'), at: c.var.deps.now() }
  },
  done: flashDeleted,
  repeat: flashDeleted,
  show: showRemoval,
})

/** Answers with the page itself, because a mailer's message does not belong in a URL. */
const testMail = formRoute({
  path: `${PATH}/test-mail`,
  right,
  parse: noFields,
  run: (c, { principal }) => sendTestMail(c.var.deps, principal, undefined),
  done: (c, mail) => administratorsPage(c, { mail }),
  repeat: 'runs',
  show: showOnTop,
})

function showOnTop(c: ConsoleContext, entered: Entered) {
  return administratorsPage(c, { top: withoutValues(entered) })
}

/** The answers of a form that adds or changes one: to the first request, and to a repeat. */
function administratorChanged(kind: FlashKind) {
  const flash = (c: ConsoleContext, { administratorId: id, email }: Administrator, at: Seconds) =>
    redirectWithFlash(c, PATH, { kind, id, name: email, at })
  return {
    done: (c: ConsoleContext, one: Administrator) => flash(c, one, one.updatedAt),
    repeat: async (c: ConsoleContext, { id, at }: Repeat) =>
      flash(c, await findAdministrator(c.var.deps, id), at),
  }
}

function flashDeleted(c: ConsoleContext, { id, at }: Repeat) {
  const flash: Flash = { kind: 'administrator.deleted', id, name: called(c.var.form), at }
  return redirectWithFlash(c, PATH, flash)
}

function asSeen(c: ConsoleContext, request: AdminRequest) {
  const administratorId = pathId(c, 'administrator_id')
  return { ...request, administratorId, expectedVersions: expectedVersions(c.var.form) }
}

export const administratorRoutes: ConsoleRoute[] = [
  { method: 'GET', path: PATH, right: 'clients:read', handle: (c) => administratorsPage(c) },
  create,
  testMail,
  question(update),
  update,
  question(remove),
  remove,
  question(block),
  block,
]
