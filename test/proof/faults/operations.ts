import { CHANGES } from './changes.ts'
import { QUESTIONS } from './questions.ts'
import { SESSIONS } from './sessions.ts'
import type { Operation } from './subjects.ts'

export const OPERATIONS: Operation[] = [...QUESTIONS, ...CHANGES, ...SESSIONS]
