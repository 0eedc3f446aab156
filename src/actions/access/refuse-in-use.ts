import { Refusal } from '../../domain/errors.ts'
import { type InUse, inUseInWords } from '../../domain/in-use.ts'

/** Says who has what would be gone. */
export function inUse(what: string, by: InUse): Refusal {
  const detail = `${beginning(inUseInWords(what, by))}: remove it from them first.`
  return new Refusal('conflict', detail, { inUse: by })
}

/** The caller may go on: the audience is changed as soon as they say that they know whom it concerns. */
export function audienceInUse(audience: string, by: InUse): Refusal {
  const who = beginning(inUseInWords('a permission of this API', by))
  const detail = `${who}: their tokens for ${audience} stop working, and the API and its clients must use the new audience.`
  const fields = [
    { field: 'confirm_audience_in_use', detail: 'must be true: clients use the audience' },
  ]
  return new Refusal('conflict', detail, { inUse: by, fields })
}

function beginning(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
