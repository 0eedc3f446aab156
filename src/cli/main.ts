import { findCommand, runFound } from './command.ts'
import { commands } from './commands.ts'
import { EXIT, type ExitCode, Failure } from './failure.ts'
import { endWithPipe, note, print } from './terminal.ts'
import { usageOf } from './usage.ts'
import { readVersion } from './version.ts'

async function main(words: string[]): Promise<ExitCode> {
  if (words.length === 1 && words[0] === '--version') {
    print(readVersion())
    return EXIT.ok
  }
  const found = findCommand(commands, words)
  if (asksForHelp(found.rest)) {
    print(usageOf(found))
    return EXIT.ok
  }
  if (found.command.subCommands && found.rest.length === 0) {
    note(usageOf(found))
    return EXIT.usage
  }
  return runFound(found)
}

function asksForHelp(rest: string[]): boolean {
  const end = rest.indexOf('--')
  const options = end === -1 ? rest : rest.slice(0, end)
  return options.includes('--help') || options.includes('-h')
}

/** Any error but a Failure is a bug, and says where. */
function explain(error: unknown, words: string[]): ExitCode {
  if (!(error instanceof Failure)) {
    note(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return EXIT.failed
  }
  note({ text: 'portcullis:', colour: 'red' }, ` ${error.message}`)
  if (error.exitCode === EXIT.usage) {
    note(`See ${findCommand(commands, words).path.join(' ')} --help.`)
  }
  return error.exitCode
}

endWithPipe()
const words = process.argv.slice(2)
try {
  process.exitCode = await main(words)
} catch (error) {
  process.exitCode = explain(error, words)
}
