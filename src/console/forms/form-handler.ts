import type { AdminRequest } from '../../actions/changes/commit-change.ts'
import type { Right } from '../../domain/authority.ts'
import type { Seconds } from '../../domain/time.ts'
import type { ConsoleContext, ShowForm } from '../kit/console-env.ts'

type Answer = Response | Promise<Response>

/** The subject of the first request of a form, and the time of that request. */
export type Repeat = { id: string; at: Seconds }

/** Declares a form of the console. */
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
   * Answers a repeat with what the first request did; `runs` if the form may run as often as it is
   * sent.
   */
  repeat: 'runs' | ((c: ConsoleContext, repeat: Repeat) => Answer)
  /** Shows the form with what was typed, and with errors if it was refused. */
  show: ShowForm
  /** Answers if someone else changed the subject since; by default, `show` with their values. */
  conflict?: (c: ConsoleContext) => Answer
}

/** The parser of a form that needs no input. */
export const noFields = () => undefined
