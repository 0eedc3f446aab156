/** Lines of workerd, some for each test, that tell of nothing but how the tests are run. */
const EXPECTED = [
  // Storage is emptied after each test.
  /^exception = \S+ failed: jsg\.Error: Application called deleteAllDurableObjects\(\)/,
  // It is text, though its media type does not say so.
  /^console warning; message = Called \.text\(\) on an HTTP body which does not appear to be text/,
]

/** From now on they are not shown, and every other line is: the pool for workerd has no setting for it. */
export function quietWorkerd(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean
    Object.assign(stream, {
      write: (...args: unknown[]) => isExpected(args[0]) || write(...args),
    })
  }
}

function isExpected(text: unknown): boolean {
  return typeof text === 'string' && EXPECTED.some((part) => part.test(text))
}
