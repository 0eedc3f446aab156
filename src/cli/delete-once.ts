import type { Admin } from './admin.ts'
import { changedMeanwhile, isStale } from './change-as-read.ts'
import { isNotThere } from './http.ts'

/**
 * Deletes what was read before. Where only a second attempt does not find it, the first deleted it:
 * that is certain only of what was there. `ifMatch`: the version that was read.
 */
export async function deleteOnce(admin: Admin, path: string, ifMatch?: string): Promise<void> {
  try {
    await admin.request('DELETE', path, ifMatch === undefined ? {} : { ifMatch })
  } catch (failure) {
    if (isStale(failure)) throw changedMeanwhile()
    if (!isNotThere(failure) || failure.answer.attempts === 1) throw failure
  }
}

/** Reads it first: an id may be mistyped. It is cut off whatever else has changed, so no version is sent. */
export async function cutOff(admin: Admin, path: string): Promise<void> {
  await admin.request('GET', path)
  await deleteOnce(admin, path)
}
