import {
  changeAccess,
  cron,
  introspect,
  issue,
  newSecret,
  remove,
  resume,
  suspend,
} from './operations.ts'
import { remindersOnce, secretsWork, tokensReturn } from './after.ts'
import type { Pair } from './pair.ts'

/** Two changes of which the later one in the log wins, or the one that is for good. */
export const STATUS: Pair[] = [
  {
    name: 'suspend and resume',
    starts: ['active', 'suspended', 'unpublished'],
    operations: ({ client }) => [suspend(client), resume(client)],
    after: tokensReturn,
  },
  {
    name: 'suspend, resume and cron',
    starts: ['active', 'suspended', 'unpublished'],
    operations: ({ client }) => [suspend(client), resume(client), cron],
    after: tokensReturn,
  },
  {
    name: 'suspend and delete',
    starts: ['active', 'suspended', 'unpublished'],
    operations: ({ client }) => [suspend(client), remove(client)],
  },
  {
    name: 'resume and delete',
    starts: ['suspended', 'active', 'unpublished'],
    operations: ({ client }) => [resume(client), remove(client)],
  },
]

export const SECRETS: Pair[] = [
  {
    name: 'new secret and delete',
    starts: ['active', 'suspended', 'cap'],
    operations: ({ client }) => [newSecret(client), remove(client)],
    after: secretsWork,
  },
  {
    name: 'new secret and new secret at the cap',
    starts: ['cap'],
    operations: ({ client }) => [newSecret(client), newSecret(client)],
    after: secretsWork,
  },
]

export const TOKENS: Pair[] = [
  {
    name: 'issue and suspend',
    starts: ['active'],
    operations: ({ client }) => [suspend(client), issue(client), issue(client)],
    after: tokensReturn,
  },
  {
    name: 'introspect and suspend',
    starts: ['active'],
    operations: (start) => {
      const asked = introspect(start.tokens[0], start.caller)
      return [suspend(start.client), asked, asked]
    },
    after: tokensReturn,
  },
  {
    name: 'access change and issue',
    starts: ['active'],
    operations: ({ client }) => [changeAccess(client, false), issue(client), issue(client)],
  },
  {
    name: 'access change with tokens, and issue',
    starts: ['active'],
    operations: ({ client }) => [changeAccess(client, true), issue(client), issue(client)],
  },
]

export const CRON: Pair[] = [
  {
    name: 'cron and cron',
    starts: ['due'],
    operations: () => [cron, cron],
    points: 64,
    after: remindersOnce,
  },
]
