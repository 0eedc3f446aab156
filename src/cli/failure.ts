/** Exit codes for scripts; docs/command-line.md and `--help` say the same. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  denied: 3,
  notFound: 4,
  unreachable: 5,
  degraded: 6,
  failing: 7,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_MEANINGS: [ExitCode, string][] = [
  [EXIT.ok, 'done'],
  [EXIT.failed, 'the server refused, or something failed'],
  [EXIT.usage, 'the command was not understood; nothing was sent'],
  [EXIT.denied, 'not logged in, wrong credentials, or not allowed'],
  [EXIT.notFound, 'it is not there, several have that name, or nothing was found'],
  [EXIT.unreachable, 'the server was not reached, or was not able to answer'],
  [EXIT.degraded, 'health: degraded'],
  [EXIT.failing, 'health: failing'],
]

/** An end that the user can understand: one message, one exit code, no stack. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

export function usageFailure(message: string): Failure {
  return new Failure(EXIT.usage, message)
}
