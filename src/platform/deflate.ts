/** Compressed as zlib has it (RFC 1950). */
export async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/**
 * Inflates zlib data (RFC 1950) up to `max` bytes, because a few bytes can stand for gigabytes.
 * @throws TypeError for anything else
 */
export async function inflated(
  bytes: Uint8Array<ArrayBuffer>,
  max: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))
  const [parts, reader] = [[] as Uint8Array<ArrayBuffer>[], stream.getReader()]
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer())
    length += value.length
    if (length > max) {
      await reader.cancel()
      throw new TypeError(`more than ${max} bytes`)
    }
    parts.push(value as Uint8Array<ArrayBuffer>)
  }
}
