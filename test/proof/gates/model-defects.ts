import type { Edit } from '../build.ts'
import { DEFECTS } from './defects.ts'

type Planted = { name: string; breaks: number[]; edits: Edit[] }

/** Those of the histories with gates that the model has to find, too, and the promises that they break. */
const ALSO: Record<string, number[]> = {
  'the answer does not wait for the gates': [1, 3, 4, 12],
  'nothing waits for a role': [3, 12],
  'a deleted client is remembered': [4],
  'nothing waits where an invalidation is lost': [1, 3, 4, 5, 12],
}

export const MODEL_DEFECTS: Planted[] = Object.entries(ALSO).map(([name, breaks]) => {
  const found = DEFECTS.find((one) => one.name === name)
  if (!found) throw new Error(`no defect ${name}`)
  return { ...found, breaks }
})
