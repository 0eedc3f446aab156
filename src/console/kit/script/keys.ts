/**
 * Listens for single keys. They can be switched off, because software that turns speech into typing may
 * press them by accident (WCAG 2.1.4). A key leaves no page on which something was typed, and none while
 * a control has the focus.
 */
export const KEYS = `
const nav = document.querySelector('nav.main')
const base = new URL('.', document.currentScript?.src ?? location).pathname
const KEYS = [
  ['/', 'Search', 'clients'],
  ['c', 'Create an API client', 'clients/new'],
  ['g', 'Go to the API clients', 'clients'],
  ['f', 'Find a credential', 'find'],
  ['?', 'Show these keys'],
].filter(([key]) => key !== 'c' || nav?.dataset.viewOnly === undefined)

// A browser that stores nothing remembers the choice for this page alone.
const OFF = 'portcullis-keys-off'
let store = {}
try { store = localStorage ?? store } catch {}

function showKeys() {
  const dialog = document.createElement('dialog')
  dialog.className = 'ask'
  dialog.setAttribute('aria-labelledby', 'keys-title')
  const rows = KEYS.map(([key, does]) => '<dt><code>' + key + '</code></dt><dd>' + does + '</dd>').join('')
  dialog.innerHTML = '<div class="pad"><h2 id="keys-title">Keyboard shortcuts</h2><dl class="facts">' + rows + '</dl><label class="choice"><input type="checkbox"><span>Use these keys<span class="hint">This browser remembers it.</span></span></label></div><form class="actions" method="dialog"><button autofocus>Close</button></form>'
  const choice = dialog.querySelector('input')
  choice.checked = !store[OFF]
  choice.addEventListener('change', () => {
    if (choice.checked) delete store[OFF]
    else store[OFF] = 'yes'
  })
  document.body.append(dialog)
  dialog.addEventListener('close', () => dialog.remove())
  dialog.showModal()
}

// While the keys are off, ? does nothing either: this button is the way to switch them on.
for (const who of document.querySelectorAll('form.who')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'Keyboard shortcuts'
  button.addEventListener('click', showKeys)
  who.lastElementChild.before(button)
}

function isChanged({ type, value, defaultValue, checked, defaultChecked, options, selectedIndex }) {
  if (options) return selectedIndex !== Math.max(0, [...options].findIndex((one) => one.defaultSelected))
  return /checkbox|radio/.test(type) ? checked !== defaultChecked : value !== defaultValue
}

// In a form that comes again with a problem the entries are its values, and no change.
const isTyped = () => document.querySelector('form .problems') !== null
  || [...document.querySelectorAll('main form :is(input, textarea, select)')].some(isChanged)

addEventListener('keydown', (event) => {
  const { key, target } = event
  if (!nav || store[OFF] || event.ctrlKey || event.metaKey || event.altKey) return
  if (document.querySelector('dialog[open]') || target.closest('input, textarea, select')) return
  const found = KEYS.find(([one]) => one === key)
  if (!found) return
  const search = key === '/' && document.querySelector('input[type=search]')
  if (key === '?') showKeys()
  else if (search) search.focus()
  else if (target.matches('body, main') && !isTyped()) location.assign(base + found[2])
  else return
  event.preventDefault()
})
`
