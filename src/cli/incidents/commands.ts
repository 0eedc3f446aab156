import { group } from '../command.ts'
import { show } from './show.ts'

export const incidents = group('incidents', 'What respond did, and what came since', [show])
