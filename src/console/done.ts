/** A form of one button, with what it says of what it was made from. */
export type Undo = { label: string; action: string; fields: Record<string, string> }

/** What a change before this page has done; `undo` takes it back. */
export type Done = { what: string; undo?: Undo | undefined }

const TEXTS: Record<string, string> = {
  created: 'Created.',
  updated: 'Saved.',
  suspended: 'Access is suspended: secrets and tokens are dead from now on.',
  resumed: 'Access is resumed: the same secrets and tokens work again.',
  access: 'API access is saved.',
  'tokens-revoked': 'All tokens issued until now are revoked.',
  'secret-deleted': 'The secret is deleted.',
  deleted: 'Deleted.',
  added: 'Added.',
  removed: 'Removed.',
  rotated: 'A new signing key is published. It signs in 15 minutes.',
  revoked: 'The signing key is revoked.',
}

/** In words; null for what is no code of ours, so that a link puts no words into the page's mouth. */
export function doneText(what: string): string | null {
  return Object.hasOwn(TEXTS, what) ? (TEXTS[what] ?? null) : null
}
