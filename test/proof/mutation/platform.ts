// What the tests and the Worker import of the platform.

export * from '../../doubles/node/env.ts'

/** Nothing here is called by binding. */
export const WorkerEntrypoint = Object

export const createScheduledController = () => ({ scheduledTime: 0, cron: '', noRetry() {} })
