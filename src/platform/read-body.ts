/**
 * The bytes of a body that others send, at most `max` of them, after decompression.
 * @throws Error if there are more; what is left is not read
 */
export async function bytesOf(
  { body }: Response,
  max: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (!body) return new Uint8Array()
  const reader = body.getReader()
  const cancel = () => void reader.cancel().catch(() => undefined)
  signal?.addEventListener('abort', cancel)
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return joined(chunks, size)
    size += value.byteLength
    if (size > max) {
      // Not awaited: an endless body must not hold anything up.
      cancel()
      throw new Error(`its body has more than ${max} bytes`)
    }
    chunks.push(value)
  }
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
