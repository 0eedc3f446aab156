/**
 * Ends this process when its parent is gone. npm does not pass signals through its shell, so
 * killing npm alone would leave a server behind that keeps its port.
 */
export function endWithParent(end) {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) end()
  }, 250).unref()
}
