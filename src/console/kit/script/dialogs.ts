/**
 * Opens the page behind a link as a dialog over this one. Whatever goes wrong, the link is followed:
 * the page that it leads to asks the same.
 */
export const DIALOGS = `
const isPlain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey

async function questionAt(href) {
  const response = await fetch(href, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!response.ok || response.redirected) return null
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  return page.querySelector('main .ask')
}

// A link that is pressed twice asks once; after two links the second one does.
let asking = null

async function ask(link) {
  if (asking === link) return
  asking = link
  link.setAttribute('aria-busy', 'true')
  say('Opening…')
  const question = await questionAt(link.href).catch(() => null)
  link.removeAttribute('aria-busy')
  say('')
  if (asking !== link) return
  asking = null
  if (question) show(question, link)
  else location.assign(link.href)
}

function show(question, link) {
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-labelledby', 'ask-title')
  dialog.append(document.adoptNode(question))
  document.body.append(dialog)
  enhance(dialog)
  // An entry of a menu that is closed again cannot have the focus.
  const from = link.closest('.menu')?.querySelector('summary') ?? link
  dialog.addEventListener('close', () => { dialog.remove(); from.focus() })
  // A selection of text may end outside: only a press that began there closes the dialog.
  let down = null
  dialog.addEventListener('pointerdown', (event) => { down = event.target })
  dialog.addEventListener('click', (event) => {
    if ((event.target === dialog && down === dialog) || event.target.closest('[data-closes]')) {
      event.preventDefault()
      dialog.close()
    }
  })
  closeMenus()
  dialog.showModal()
  dialog.querySelector('input:not([type=hidden], [type=radio], [type=checkbox]), textarea')?.focus()
}

addEventListener('click', (event) => {
  const link = event.target.closest('a[data-dialog]')
  if (!link || !isPlain(event) || !window.HTMLDialogElement) return
  event.preventDefault()
  ask(link)
})

function closeMenus(but) {
  for (const menu of document.querySelectorAll('.menu[open], .bar details[open]')) if (menu !== but) menu.open = false
}

const menuAround = ({ target }) => target.closest?.('.menu, .bar details')
addEventListener('click', (event) => closeMenus(menuAround(event)))
// An open menu would cover what has the focus. Safari focuses main when a link in the menu is pressed.
addEventListener('focusin', (event) => {
  if (event.target.id !== 'main') closeMenus(menuAround(event))
})
addEventListener('keydown', (event) => {
  const open = event.key === 'Escape' && document.querySelector('.menu[open], .bar details[open]')
  if (!open) return
  closeMenus()
  open.querySelector('summary').focus()
})
`
