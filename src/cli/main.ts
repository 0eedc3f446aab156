import { CommanderError } from 'commander'
import { actionsIn } from './command.ts'
import { commands } from './commands.ts'
import { examplesOf } from './examples.ts'
import { EXIT, EXIT_MEANINGS, type ExitCode, Failure } from './failure.ts'
import { endWithOutput } from './lost-output.ts'
import { note } from './terminal.ts'
import { readVersion } from './version.ts'

const EPILOGUE = `
Exit codes:
${EXIT_MEANINGS.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}

Environment:
  PORTCULLIS_URL with PORTCULLIS_TOKEN, or with PORTCULLIS_CLIENT_ID and PORTCULLIS_CLIENT_SECRET,
  takes precedence over the credentials that login saves.`

/** Any error but a Failure is a bug: its stack is shown. */
function explain(error: unknown): ExitCode {
  // commander has printed the reason.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (!(error instanceof Failure)) {
    note(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return EXIT.failed
  }
  note({ text: 'portcullis:', colour: 'red' }, ` ${error.message}`)
  return error.exitCode
}

endWithOutput()
commands.version(readVersion(), '--version', 'Show the version').addHelpText('after', EPILOGUE)
for (const [name, command] of actionsIn(commands)) {
  command.addHelpText('after', () => examplesOf(name))
}
try {
  await commands.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}
