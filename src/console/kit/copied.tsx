import { CopyButton } from './copy.tsx'

/** A text to be copied. */
export function Copied({ id, what, text }: { id: string; what: string; text: string }) {
  return (
    <div class="copy">
      <pre id={id} tabindex={0}>
        {text}
      </pre>
      <CopyButton of={id} what={what} />
    </div>
  )
}
