import { type KeyRing, readKeyRing } from '../../src/crypto/key-ring.ts'

// Keys of the tests, which protect nothing.
export const OLD_KEY = '1:the-older-key-of-the-tests-0123456789'
export const NEW_KEY = '2:the-newer-key-of-the-tests-0123456789'

/** The same secret before it is rotated, while it is, after, and one of another deployment. */
export const rings: Record<'before' | 'rotating' | 'after' | 'foreign', KeyRing> = {
  before: readKeyRing('KEY', OLD_KEY),
  rotating: readKeyRing('KEY', `${NEW_KEY},${OLD_KEY}`),
  after: readKeyRing('KEY', NEW_KEY),
  foreign: readKeyRing('KEY', '1:the-key-of-another-deployment-0123456789'),
}
