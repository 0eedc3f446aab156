/** Lines of workerd and of Vite that tell of nothing but how the tests are run, or of what they send on purpose. */
const EXPECTED = [
  // Storage is emptied after each test.
  /^exception = \S+ failed: jsg\.Error: Application called deleteAllDurableObjects\(\)/,
  // It is text, though its media type does not say so.
  /^console warning; message = Called \.text\(\) on an HTTP body which does not appear to be text/,
  // Keys that are none, headers beyond ASCII, and clients that go away.
  /^e = \S*workerd\/api\/crypto\/\S+ failed: .*jsg-internal\.DOMException/,
  /^(console warning; message = )?A header value for "[\w-]+" contains non-ASCII characters/,
  /^exception = \S+ disconnected: /,
  // A gate hands its caller why it cannot answer.
  /^uncaught exception; source = Uncaught \(in promise\); stack = Unavailable: d1 is out of reach/,
  // Packages that name sources which they do not bring along.
  /Sourcemap for "\S+" points to missing source files/,
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
