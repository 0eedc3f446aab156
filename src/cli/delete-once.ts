import type { Admin } from './admin.ts'
import { isNotThere } from './http.ts'

/** Deletes what is there: if only a second attempt does not find it, the first deleted it. */
export async function deleteOnce(admin: Admin, path: string, ifMatch?: string): Promise<void> {
  try {
    await admin.request('DELETE', path, ifMatch === undefined ? {} : { ifMatch })
  } catch (failure) {
    if (!isNotThere(failure) || failure.answer.attempts === 1) throw failure
  }
}
