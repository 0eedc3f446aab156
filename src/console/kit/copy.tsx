/** Copies the text of an element. Hidden without a script: the text can still be selected. */
export function CopyButton({ of, what }: { of: string; what: string }) {
  return (
    <button type="button" hidden data-copy={of} data-copied={`${what} copied`}>
      Copy<span class="unseen"> {what}</span>
    </button>
  )
}
