import type { LoadRequest } from './load-generator.ts'

/** A form post with HTTP Basic, as OAuth clients send it. */
export function formRequest(
  path: string,
  fields: Record<string, string>,
  { id, secret }: { id: string; secret: string },
): LoadRequest {
  return {
    method: 'POST',
    path,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Authorization: `Basic ${btoa(`${id}:${secret}`)}`,
    },
    body: new URLSearchParams(fields).toString(),
  }
}

export async function answerTo(
  url: string,
  request: LoadRequest,
): Promise<{ status: number; text: string }> {
  const { method, path, headers, body } = request
  const response = await fetch(`${url}${path}`, { method, headers, body: body ?? null })
  return { status: response.status, text: await response.text() }
}
