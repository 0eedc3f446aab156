const names = globalThis as { nameOfLog?: string }

/** Anchors of one test are none of the next: what an earlier one wrote may land late, behind the wipe of its storage. */
export function renameLog(): void {
  names.nameOfLog = `log ${crypto.randomUUID()}`
}

/** The name to which the anchors of this test's servers are bound. */
export function nameOfLog(): string {
  return names.nameOfLog ?? 'log'
}
