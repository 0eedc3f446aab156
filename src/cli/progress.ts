const CLEAR_LINE = '\r\u001b[K'

/** One line on standard error that overwrites itself: on a terminal, or if forced. */
export function progressLine(isForced: boolean) {
  const isShown = isForced || process.stderr.isTTY
  let isDirty = false

  function write(text: string): void {
    process.stderr.write(CLEAR_LINE + text)
    isDirty = text !== ''
  }

  return {
    show: (text: string) => isShown && write(text),
    clear: () => isDirty && write(''),
  }
}
