/** Copies, tells local time, and listens for keys. */
export const COMFORT = `
const announcer = document.getElementById('announcer')
const say = (text) => { announcer.textContent = text }

function told(button, word, said) {
  const content = button.innerHTML
  button.textContent = word
  say(said)
  setTimeout(() => { button.innerHTML = content }, 2000)
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy)
  try {
    await navigator.clipboard.writeText(source.textContent)
    told(button, 'Copied', button.dataset.copied)
  } catch {
    getSelection().selectAllChildren(source)
    told(button, 'Press Ctrl+C', 'The browser allows no copying here. The text is selected: press Ctrl+C, or Cmd+C.')
  }
}

// Run for the page, and again for each dialog that comes later.
function enhance(root) {
  for (const button of root.querySelectorAll('button[data-copy]')) {
    button.hidden = false
    button.addEventListener('click', () => copy(button))
  }
  for (const time of root.querySelectorAll('time[title]')) {
    const local = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
    time.title += ' (' + local + ' your time)'
  }
  for (const fields of root.querySelectorAll('fieldset[data-for]')) follow(fields)
  for (const choice of root.querySelectorAll('button[data-sets]')) {
    choice.hidden = false
    choice.addEventListener('click', () => {
      const field = choice.form.elements[choice.dataset.sets]
      field.value = choice.value
      field.dispatchEvent(new Event('change', { bubbles: true }))
    })
  }
}

// Fields that belong to one choice are neither shown, nor checked, nor sent with another.
function follow(fields) {
  const [name, value] = fields.dataset.for.split('=')
  const update = () => {
    fields.hidden = fields.disabled = fields.form.elements[name].value !== value
  }
  fields.form.addEventListener('change', update)
  addEventListener('pageshow', update)
  update()
}

// An exact time where there is no pointer to hover with.
addEventListener('click', (event) => {
  const time = event.target.closest('time[title]')
  if (time) say(time.title)
})

const KEYS = [['/', 'Search'], ['c', 'Create an API client'], ['g', 'Go to the API clients'], ['f', 'Find a credential'], ['?', 'Show these keys']]

function showKeys() {
  const dialog = document.createElement('dialog')
  dialog.className = 'ask'
  dialog.setAttribute('aria-label', 'Keys')
  const rows = KEYS.map(([key, does]) => '<dt><code>' + key + '</code></dt><dd>' + does + '</dd>').join('')
  dialog.innerHTML = '<div class="pad"><h2>Keys</h2><dl class="facts">' + rows + '</dl></div><form class="actions" method="dialog"><button>Close</button></form>'
  document.body.append(dialog)
  dialog.addEventListener('close', () => dialog.remove())
  dialog.showModal()
}

const base = new URL('.', document.currentScript?.src ?? location).pathname

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return
  if (event.target.closest('input, textarea, select')) return
  if (!document.querySelector('nav.main')) return
  const search = document.querySelector('input[type=search]')
  if (event.key === '/') {
    event.preventDefault()
    if (search) search.focus()
    else location.assign(base + 'clients')
  } else if (event.key === '?') showKeys()
  else if (event.key === 'c') location.assign(base + 'clients/new')
  else if (event.key === 'g') location.assign(base + 'clients')
  else if (event.key === 'f') location.assign(base + 'find')
})
`
