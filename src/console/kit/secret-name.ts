import { isImported } from '../../domain/imported-secret.ts'
import type { Secret } from '../../domain/secret.ts'

const KEY_ID_SHOWN = 6

/**
 * A secret as people find it in a file: `pc_3hEUSb…C3Rj`, its first and last characters. One from
 * another server has a form of its own, and no end where only its hash was imported.
 */
export function secretName({ verifier, hint }: Pick<Secret, 'verifier' | 'hint'>): string {
  if (isImported(verifier)) return hint === '' ? 'imported' : `imported …${hint}`
  return `pc_${verifier.keyId.slice(0, KEY_ID_SHOWN)}…${hint}`
}
