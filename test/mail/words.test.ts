import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Letter } from '../../src/domain/mail.ts'
import { UNUSED } from '../../src/domain/reminder.ts'
import { DAY } from '../../src/domain/time.ts'
import { composeLetter } from '../../src/mail/message.ts'
import { RUNS } from '../domain/arbitraries.ts'
import {
  aCertificateReminder,
  aKeyReminder,
  aReminder,
  ISSUER,
  LINKS,
  NOW,
  reminding,
  remindingA,
} from './letters.ts'

const TEST = { kind: 'test', now: NOW } as const

/** The text that a reader of the HTML sees, and the elements that it is made of. */
async function read(html: string): Promise<{ text: string; tags: string[] }> {
  const tags: string[] = []
  let text = ''
  const rewriter = new HTMLRewriter()
    .on('*', {
      element(element) {
        tags.push([element.tagName, ...[...element.attributes].map(([name]) => name)].join(' '))
      },
    })
    .on('body *', {
      text(chunk) {
        text += chunk.text
      },
    })
  await rewriter.transform(new Response(html)).text()
  const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  for (const [entity, char] of Object.entries(entities)) text = text.replaceAll(entity, char)
  return { text, tags }
}

describe('the subject', () => {
  it.each([
    [0, 'today'],
    [1, 'tomorrow'],
    [2, 'in 2 days'],
    [13, 'in 13 days'],
  ])('of a secret that ends %i days after today says %s', (days, when) => {
    const { subject } = composeLetter(reminding(aReminder(days)), LINKS)
    expect(subject).toBe(`The secret of "Nightly export" expires ${when}`)
  })

  it('of several says how many and when the first expires', () => {
    const { subject } = composeLetter(reminding(aReminder(9), aReminder(1), aReminder(4)), LINKS)
    expect(subject).toBe('3 client secrets expire soon, the first tomorrow')
  })

  it('of a public key speaks of one, and of several in words for them all', () => {
    const subjectOf = (...reminders: ReturnType<typeof aReminder>[]) =>
      composeLetter(reminding(...reminders), LINKS).subject
    expect(subjectOf(aKeyReminder(1))).toBe('The public key of "Nightly export" expires tomorrow')
    expect(subjectOf(aKeyReminder(9), aKeyReminder(1))).toBe(
      '2 public keys expire soon, the first tomorrow',
    )
    expect(subjectOf(aReminder(9), aKeyReminder(1), aReminder(4))).toBe(
      '3 credentials expire soon, the first tomorrow',
    )
  })

  it('of a certificate speaks of one', () => {
    const { subject, text } = composeLetter(reminding(aCertificateReminder(1)), LINKS)
    expect(subject).toBe('The certificate of "Nightly export" expires tomorrow')
    expect(text).toContain('A client certificate expires tomorrow')
    expect(text).toContain('add the next certificate')
    expect(text).toContain('Certificate: cert_1')
  })

  it('of all kinds together has the steps for each, whichever ends first', () => {
    const kinds = [aCertificateReminder(1), aKeyReminder(2), aReminder(3)]
    const { subject, text } = composeLetter(reminding(...kinds), LINKS)
    expect(subject).toBe('3 credentials expire soon, the first tomorrow')
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(
      /such a secret: .*such a public key: .*such a certificate: /,
    )
  })

  it('shortens a long name to 60 characters and cuts none of them in two', () => {
    const { subject } = composeLetter(
      reminding(aReminder(3, { clientName: '👩'.repeat(61) })),
      LINKS,
    )
    expect(subject).toBe(`The secret of "${'👩'.repeat(59)}…" expires in 3 days`)
    const whole = composeLetter(reminding(aReminder(3, { clientName: 'x'.repeat(60) })), LINKS)
    expect(whole.subject).toContain(`"${'x'.repeat(60)}"`)
  })
})

describe('a reminder', () => {
  const facts = [
    'Nightly export',
    'client_1',
    '…a1b2',
    'Saturday, 5 December 2026, 23:59:59 UTC, in 13 days',
    'never used',
    'rotate the secret',
    'give the new one to the client’s owner',
    'The old one can stop by itself',
    `you are an administrator of Portcullis at ${ISSUER}`,
    '14 days before a secret expires',
  ]

  it('says each fact in the text and in the HTML', async () => {
    const { text, html } = composeLetter(reminding(aReminder(13)), LINKS)
    const seen = (await read(html)).text
    for (const fact of facts) {
      expect(text).toContain(fact)
      expect(seen).toContain(fact)
    }
  })

  it('leads nowhere and names no place where nobody said where Portcullis is', async () => {
    const nowhere = { ...LINKS, issuer: null }
    const letters = [reminding(aReminder(13)), reminding(aReminder(1), aReminder(2)), TEST]
    for (const { text, html } of letters.map((letter) => composeLetter(letter, nowhere))) {
      const seen = await read(html)
      for (const words of [text, seen.text]) {
        expect(words).toContain('you are an administrator of Portcullis.')
        expect(words).not.toMatch(/https?:|null|undefined|Open this client/)
      }
      expect(seen.tags.filter((tag) => tag.startsWith('a'))).toEqual([])
    }
    expect(composeLetter(reminding(aReminder(13)), nowhere).text).toContain('Last used: never used')
  })

  it('links to the page of the client in the text and in the HTML', () => {
    const { text, html } = composeLetter(reminding(aReminder(13)), LINKS)
    expect(text).toContain(`${ISSUER}/console/clients/client_1\n`)
    expect(html).toContain(`href="${ISSUER}/console/clients/client_1"`)
  })

  it('says when the secret was last used', () => {
    const { text } = composeLetter(reminding(aReminder(13, { lastUsedAt: NOW - 1 })), LINKS)
    expect(text).toContain('Last used: Sunday, 22 November 2026, 09:59:59 UTC')
  })

  it('lists several by their ends, the soonest first', async () => {
    const days = [8, 2, 11, 5]
    const reminders = days.map((day) => aReminder(day, { clientName: `Client of day ${day}.` }))
    const { text, html } = composeLetter(reminding(...reminders), LINKS)
    const sorted = ['2', '5', '8', '11']
    for (const words of [text, (await read(html)).text]) {
      expect([...words.matchAll(/Client of day (\d+)\./g)].map(([, day]) => day)).toEqual(sorted)
    }
  })

  it('has a language and a title, and fetches nothing from anywhere', () => {
    const { html, subject } = composeLetter(reminding(aReminder(13)), LINKS)
    expect(html).toContain('<html lang="en">')
    expect(html).toContain(`<title>${subject.replaceAll('"', '&quot;')}</title>`)
    expect(html).not.toMatch(/<(?:img|script|link|style|iframe)|\bsrc=|url\(|@import/i)
  })
})

describe('a reminder of what is over, or not used', () => {
  const unused = (fields = {}) => aReminder(60, { days: UNUSED, ...fields })
  const wordsOf = (letter: Letter) => {
    const { subject, text } = composeLetter(letter, LINKS)
    return { subject, text: text.replaceAll(/\s+/g, ' ') }
  }

  it('says that it has expired, and what to do', () => {
    const { subject, text } = wordsOf(reminding(aReminder(-1, { days: 0 })))
    expect(subject).toBe('The secret of "Nightly export" has expired')
    expect(text).toMatch(
      /^A client secret has expired The client can’t get tokens with it\. If the/,
    )
    expect(text).toContain('Expired: Saturday, 21 November 2026, 23:59:59 UTC')
    expect(text).not.toMatch(/Before then|expires soon/)
  })

  it('says that it is not used, until when to use it, and from when it is ended', () => {
    const { subject, text } = wordsOf(reminding(unused({ lastUsedAt: NOW - 85 * DAY })))
    expect(subject).toBe('The secret of "Nightly export" is not used and will be ended')
    expect(text).toContain('Secrets that have not been used for 90 days are ended.')
    expect(text).toContain('Ended: after Sunday, 29 November 2026, 10:00:00 UTC, unless it is used')
  })

  it('counts each kind where there are several', () => {
    const all = [aReminder(3), aReminder(1), aReminder(-1), unused(), unused()]
    const { subject, text } = wordsOf(reminding(...all))
    expect(subject).toBe(
      '2 client secrets expire soon, the first tomorrow; 1 client secret has expired; 2 client secrets are not used and will be ended',
    )
    expect(text).toMatch(/Once one has expired.*The client can’t get tokens with it.*not been used/)
  })

  it('has the thresholds of the configuration', () => {
    const days = [30, 7, 1, 0]
    const { text } = composeLetter(reminding(aReminder(7)), { ...LINKS, days })
    expect(text).toContain('30, 7 and 1 days before a secret expires, and once it has expired.')
  })
})

describe('a reminder for somebody without rights', () => {
  it.each([
    ['contact', 'you are a contact of "Nightly export" in Portcullis at https://auth.example'],
    [
      'configured',
      'this address is set to get all reminders of Portcullis at https://auth.example',
    ],
  ] as const)('tells a %s why, and whom to ask', (reader, why) => {
    const reminder = aReminder(7, { description: 'Run by the billing team.\nAsk  Ada.' })
    const { text } = composeLetter(remindingA(reader, reminder), LINKS)
    expect(text).toContain(why)
    expect(text).toContain('Description: Run by the billing team. Ask Ada.\n')
    expect(text).toContain('Before then, ask an administrator of Portcullis to replace it.')
    expect(text).toContain('Open this client (administrators only): https://auth.example/console')
    expect(text).not.toMatch(/you are an administrator|on the client’s page/)
  })

  it('names no one client to a contact of several', () => {
    const reminders = [aReminder(7), aReminder(7, { clientName: 'Another' })]
    const { text } = composeLetter(remindingA('contact', ...reminders), LINKS)
    expect(text).toContain('you are a contact of these API clients in Portcullis')
    expect(text).toContain('ask an administrator of Portcullis to replace them.')
  })
})

describe('a reminder of a public key', () => {
  const PATH = `${ISSUER}/console/clients/client_1`
  const bodyOf = (...reminders: ReturnType<typeof aReminder>[]) =>
    composeLetter(reminding(...reminders), LINKS).text.replaceAll(/\s+/g, ' ')

  it('says each fact and what to do in the text and in the HTML', async () => {
    const { text, html } = composeLetter(reminding(aKeyReminder(13)), LINKS)
    const facts = [
      'A public key expires in 13 days',
      'Nightly export',
      'CI runner',
      'add a new public key on the client’s page',
      'sign with the new private key',
      'delete the old one once the new one is in use',
      '14 days before a public key expires',
    ]
    for (const words of [text, (await read(html)).text]) {
      for (const fact of facts) expect(words.replaceAll(/\s+/g, ' ')).toContain(fact)
      expect(words).not.toMatch(/secret|…/)
    }
    expect(text).toContain('Public key: CI runner')
    expect(text).toContain(PATH)
  })

  it('names one without a label by its id', () => {
    expect(bodyOf(aKeyReminder(13, { hint: '' }))).toContain('Public key: key_1')
  })

  it('beside a secret says what to do about each', () => {
    const body = bodyOf(aKeyReminder(13), aReminder(1))
    expect(body).toContain('rotate the secret on the client’s page')
    expect(body).toContain('add a new public key on the client’s page')
    expect(body).toContain('14 days before a credential expires')
    expect(body).toContain('Secret: …a1b2')
  })

  it('among public keys alone says nothing of secrets', () => {
    expect(bodyOf(aKeyReminder(13), aKeyReminder(2))).not.toContain('secret')
  })
})

describe('a test letter', () => {
  it('says that it is a test and that mail works, in subject, text and HTML', async () => {
    const { subject, text, html } = composeLetter(TEST, LINKS)
    expect(subject).toMatch(/test.*mail works/i)
    for (const words of [text, (await read(html)).text]) {
      expect(words).toContain('This is a test: mail works')
      expect(words).toContain('Sunday, 22 November 2026, 10:00:00 UTC')
      expect(words).toContain(ISSUER)
    }
  })
})

// Characters that the admin API refuses, and a database may contain all the same.
const FORBIDDEN = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u
const MARKUP = `< > " ' & </title> </bdi> <script> <!-- ]]> &lt;`.split(' ')
const PARTS = [
  ...MARKUP,
  '\r\n',
  '\n',
  '\0',
  '\u202e',
  '\u2066',
  '\u2028',
  '\ud800',
  'x',
  ' ',
  '請',
]
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...PARTS), { maxLength: 70 }).map((parts) => parts.join('')),
)

describe('a name that would do harm', () => {
  it('adds no line, no control character and no element, in one client or in several', async () => {
    const harmless = [1, 2].map((count) => composeLetter(lettersOf('x', count), LINKS).html)
    const tags = await Promise.all(harmless.map(async (html) => (await read(html)).tags))
    await fc.assert(
      fc.asyncProperty(nasty, fc.integer({ min: 1, max: 2 }), async (name, count) => {
        const { subject, text, html } = composeLetter(lettersOf(name, count), LINKS)
        for (const words of [subject, text.replaceAll('\n', ''), html.replaceAll('\n', '')]) {
          expect(words).not.toMatch(FORBIDDEN)
        }
        expect((await read(html)).tags).toEqual(tags[count - 1])
        expect(text.split('\n')).toHaveLength(
          composeLetter(lettersOf('x', count), LINKS).text.split('\n').length,
        )
      }),
      RUNS,
    )
  })

  it('is shown as it is where it is harmless to do so', async () => {
    const name = `<b>"R&D"</b> & 'sons'`
    const { subject, text, html } = composeLetter(lettersOf(name, 1), LINKS)
    expect(subject).toContain(name)
    expect(text).toContain(name)
    expect((await read(html)).text).toContain(name)
    expect(html).toContain('<bdi>&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt; &amp; &#39;sons&#39;</bdi>')
  })
})

function lettersOf(name: string, count: number) {
  const fields = { clientName: name, clientId: name, hint: name, description: `x${name}` }
  const kinds = [aReminder, aKeyReminder]
  return reminding(...kinds.slice(0, count).map((make, i) => make(i, fields)))
}
