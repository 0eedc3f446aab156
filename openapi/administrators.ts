import { pageSchema } from '../src/http/admin/lists.ts'
import { testMailSchema } from '../src/http/admin/reminders.ts'
import { administratorPatchSchema, newAdministratorSchema } from '../src/web/schemas.ts'
import { administrator, page, testMail } from './answers.ts'
import { conflict, created, GONE, one, type Operations } from './operation.ts'

const ONE = '/administrators/{administrator_id}'

export const administratorOperations: Operations = {
  'GET /administrators': {
    id: 'listAdministrators',
    does: 'List administrators',
    query: pageSchema,
    answers: { 200: { what: 'A page of administrators.', schema: page(administrator) } },
  },
  'POST /administrators': {
    id: 'createAdministrator',
    does: 'Give a person access',
    body: {
      schema: newAdministratorSchema,
      examples: [{ email: 'ada@example.com', access: 'manage' }],
    },
    answers: created(administrator, 'The administrator.'),
    refusals: conflict('There is an administrator with this address.'),
  },
  [`GET ${ONE}`]: {
    id: 'getAdministrator',
    does: 'Get an administrator',
    answers: one(administrator, 'The administrator.'),
  },
  [`PATCH ${ONE}`]: {
    id: 'updateAdministrator',
    does: 'Change the address or the access of a person',
    body: { schema: administratorPatchSchema, examples: [{ access: 'view' }] },
    answers: one(administrator, 'The administrator.'),
    conditional: true,
    refusals: conflict('The address is taken.'),
  },
  [`DELETE ${ONE}`]: {
    id: 'deleteAdministrator',
    does: 'Take the access of a person away',
    answers: GONE,
    conditional: true,
  },
}

export const reminderOperations: Operations = {
  'POST /reminders/test': {
    id: 'sendTestMail',
    does: 'Send a test mail',
    more: 'To the address, an administrator with which there must be, or to the longest-standing one that may manage.',
    body: { schema: testMailSchema, optional: true, examples: [{ email: 'ada@example.com' }] },
    answers: { 200: { what: 'The mailer took it.', schema: testMail } },
    refusals: {
      ...conflict('There is nobody to send it to.'),
      502: { shared: 'MailFailed' },
    },
  },
}
