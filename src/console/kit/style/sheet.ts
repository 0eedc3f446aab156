import { FORMS } from './forms.ts'
import { FRAME } from './frame.ts'
import { PARTS } from './parts.ts'
import { SCREENS } from './screens.ts'
import { TABLES } from './tables.ts'
import { TOKENS } from './tokens.ts'

/** The only style sheet. What is of narrow screens comes last: it overrides the rest. */
export const STYLE = [TOKENS, FRAME, PARTS, TABLES, FORMS, SCREENS].join('')
