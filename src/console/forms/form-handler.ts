import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import type { Right } from '../../domain/authority.ts'
import type { Seconds } from '../../domain/time.ts'
import type { ConsoleContext, ShowForm } from '../kit/console-env.ts'

type Answer = Response | Promise<Response>

/** The subject of a form that was carried out before, and when that was. */
export type Repeat = { id: string; at: Seconds }

/** A form of the console, from the fields that were posted to the answer. */
export type FormHandler<Input, Result> = {
  /** Beneath `/console`. */
  path: string
  right: Right
  /**
   * Reads the fields.
   * @throws Refusal with an error for each field that is wrong
   */
  parse: (c: ConsoleContext) => Input | Promise<Input>
  /** Makes the change. */
  run: (c: ConsoleContext, request: AdminRequest, input: Input) => Promise<Result>
  /** Answers with what was done. */
  done: (c: ConsoleContext, result: Result) => Answer
  /**
   * Answers a form that was carried out before with what the first one did; `runs` for a form that
   * may be carried out however often it is sent.
   */
  repeat: 'runs' | ((c: ConsoleContext, repeat: Repeat) => Answer)
  /** Shows the form with what was typed and, if it was refused, its errors. */
  show: ShowForm
  /** Answers if someone else changed the subject: `show`, with theirs beside it, unless given. */
  conflict?: (c: ConsoleContext) => Answer
}

/** For a form without a field that says what to do. */
export const noFields = () => undefined
