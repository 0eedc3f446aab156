// The modules of the platform that the tests and the Worker import.

export * from '../../doubles/node/env.ts'

/** Nothing here is called by binding. */
export const WorkerEntrypoint = Object

export const createScheduledController = () => ({ scheduledTime: 0, cron: '', noRetry() {} })
