import type { RunningWorker } from '../support/node/harness.ts'

type Person = { email: string }

export async function aPerson(worker: RunningWorker, { email }: Person): Promise<{ id: string }> {
  const made = await worker.admin('POST', '/administrators', { email, access: 'view' })
  return { id: String(made['administrator_id']) }
}

/** One who is removed from the list while groups let people in is blocked. */
export async function aBlockedPerson(worker: RunningWorker, person: Person): Promise<void> {
  const { id } = await aPerson(worker, person)
  await worker.admin('DELETE', `/administrators/${id}`)
}
