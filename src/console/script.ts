/**
 * All that the console does in the browser, and nothing that it needs: buttons that copy. Without it
 * the text is there to be selected.
 */
export const SCRIPT = `
const announcer = document.getElementById('announcer')
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy)
    await navigator.clipboard.writeText(source.textContent)
    announcer.textContent = button.dataset.copied
    button.dataset.done = 'true'
    setTimeout(() => delete button.dataset.done, 2000)
  })
}
`
