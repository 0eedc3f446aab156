import type { PublicKey } from '../../domain/public-key.ts'
import { cut } from '../../domain/text.ts'

const KID_SHOWN = 12

/** A public key as people call it: by its label, or by the beginning of its kid. */
export function keyName({ label, kid }: Pick<PublicKey, 'label' | 'kid'>): string {
  if (label !== '') return label
  const short = cut(kid, KID_SHOWN)
  return short === kid ? kid : `${short}…`
}
