/**
 * Sends a form once and says that it is being sent, asks before the page of a new secret is left, and
 * keeps an encrypted form while its author signs in.
 */
export const FORMS = `
// A form on its way is not sent again. Given up after a while: sent again it is carried out once anyway.
const TIMEOUT_MS = 15000
const sent = new Map()

function hold(form, button) {
  const content = button && [...button.childNodes]
  sent.set(form, { button, content, timer: setTimeout(() => release(form), TIMEOUT_MS) })
  if (!button) return
  button.style.minWidth = button.offsetWidth + 'px'
  button.textContent = button.dataset.busy ?? 'Sending…'
  button.setAttribute('aria-busy', 'true')
  button.disabled = true
  say(button.textContent)
}

function release(form) {
  const { button, content, timer } = sent.get(form)
  sent.delete(form)
  clearTimeout(timer)
  if (!button) return
  button.replaceChildren(...content)
  button.removeAttribute('aria-busy')
  button.disabled = false
}

addEventListener('submit', (event) => {
  const form = event.target
  const method = event.submitter?.getAttribute('formmethod') ?? form.getAttribute('method')
  if (method !== 'post') return
  if (sent.has(form)) event.preventDefault()
  else hold(form, event.submitter ?? form.querySelector('[type=submit]'))
})

// A page that the browser kept whole: its forms can be sent again, and what it told is old.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return
  for (const form of [...sent.keys()]) release(form)
  for (const dialog of document.querySelectorAll('dialog')) dialog.close()
  document.querySelector('.banner')?.remove()
})

const holding = document.querySelector('form[data-holds]')
if (holding) {
  let isStored = false
  // A reload asks for this instead, and does not send the form before it again.
  history.replaceState(null, '', holding.action)
  holding.addEventListener('submit', () => { isStored = true })
  addEventListener('beforeunload', (event) => { if (!isStored) event.preventDefault() })
}

// The page of a new secret tells when it was first used.
const [EVERY_MS, TIMES] = [3000, 100]

async function waitForUse(line, times) {
  if (times === 0) return
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
  const response = await fetch(line.dataset.waits).catch(() => null)
  const { used_at: at, has_access: hasAccess } = response?.ok ? await response.json() : {}
  if (!at) return waitForUse(line, times - 1)
  const said = 'The secret was first used at ' + new Date(at).toLocaleTimeString() + '.'
  if (hasAccess) line.classList.add('used')
  line.textContent = hasAccess ? '✓ ' + said : said + ' It got no token: this client has no permissions yet.'
}

const waiting = document.querySelector('[data-waits]')
if (waiting) {
  waiting.hidden = false
  waitForUse(waiting, TIMES)
}

const KEPT = 'portcullis-kept'
for (const link of document.querySelectorAll('a[data-keeps]')) {
  const text = document.getElementById(link.dataset.keeps).value
  link.addEventListener('click', () => {
    try {
      sessionStorage.setItem(KEPT, text)
      link.target = '_self'
    } catch {
      link.target = '_blank'
    }
  })
}
const taking = document.querySelector('form[data-takes]')
const kept = taking && sessionStorage.getItem(KEPT)
if (kept) {
  sessionStorage.removeItem(KEPT)
  taking.elements.namedItem('kept').value = kept
  taking.submit()
}
`
