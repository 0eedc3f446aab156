import type { Secret } from '../../domain/secret.ts'

const KEY_ID_SHOWN = 6

/** A secret as people find it in a file: `pc_3hEUSb…C3Rj`, its first and last characters. */
export function secretName({ verifier, hint }: Pick<Secret, 'verifier' | 'hint'>): string {
  return `pc_${verifier.keyId.slice(0, KEY_ID_SHOWN)}…${hint}`
}
