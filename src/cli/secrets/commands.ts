import { group } from '../command.ts'
import { make } from './make.ts'
import { rotate } from './rotate.ts'

export const secrets = group(
  'secrets',
  'Make and rotate the secrets that a server is deployed with',
  [make, rotate],
)
