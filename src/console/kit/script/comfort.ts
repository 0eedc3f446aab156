/** Copies, and tells local time. */
export const COMFORT = `
const announcer = document.getElementById('announcer')
const say = (text) => { announcer.textContent = text }

const told = new Map()

function tell(button, word, said) {
  const { content = button.innerHTML, timer } = told.get(button) ?? {}
  clearTimeout(timer)
  const restore = () => { told.delete(button); button.innerHTML = content }
  told.set(button, { content, timer: setTimeout(restore, 2000) })
  button.textContent = word
  say(said)
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy)
  try {
    await navigator.clipboard.writeText(source.textContent)
    tell(button, 'Copied', button.dataset.copied)
  } catch {
    getSelection().selectAllChildren(source)
    tell(button, 'Press Ctrl+C', 'The browser allows no copying here. The text is selected: press Ctrl+C, or Cmd+C.')
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
`
