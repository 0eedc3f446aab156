/**
 * Ends this process when the one that started it is gone: npm passes no signal through its shell, and
 * whoever kills npm alone would leave a server behind that keeps its port.
 */
export function endWithParent(end) {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) end()
  }, 250).unref()
}
