import { describe, expect, it } from 'vitest'

const MAIL = {
  to: 'ann@example.com',
  from: 'gate@example.com',
  subject: 'A secret expires',
  text: 'On Friday.',
  html: '<p>On Friday.</p>',
}

/** The behaviour of Cloudflare's `send_email` binding that the server relies on. */
export function mailContract(name: string, make: () => SendEmail): void {
  describe(`${name} is the mail binding as the server knows it`, () => {
    it('answers with an id of its own for each mail that it takes, the same mail twice too', async () => {
      const email = make()
      const ids = [await email.send(MAIL), await email.send(MAIL)].map((sent) => sent.messageId)
      expect(ids.every((id) => id.length > 0)).toBe(true)
      expect(new Set(ids).size).toBe(2)
    })

    it('takes a sender with a name', async () => {
      const from = { email: MAIL.from, name: 'Portcullis' }
      expect((await make().send({ ...MAIL, from })).messageId).not.toBe('')
    })
  })
}
