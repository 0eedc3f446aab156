import { describe, expect, it, vi } from 'vitest'
import { makeEmailTransport } from '../../src/mail/email-binding.ts'
import { aMessage } from './letters.ts'

const TIMEOUT_MS = 50

function binding(send: () => Promise<EmailSendResult>) {
  return { send: vi.fn(send) }
}

function deliver(send: () => Promise<EmailSendResult>, message = aMessage()) {
  return makeEmailTransport(binding(send), TIMEOUT_MS).deliver(message)
}

const ACCEPTED = async () => ({ messageId: 'theirs' })

function throwAtOnce(): never {
  throw new TypeError('no such method')
}

describe('the EMAIL binding', () => {
  it('gets the message with the name of its sender', async () => {
    const email = binding(ACCEPTED)
    const delivery = await makeEmailTransport(email, TIMEOUT_MS).deliver(aMessage())
    expect(delivery).toEqual({ outcome: 'accepted' })
    expect(email.send.mock.calls).toEqual([
      [
        {
          to: 'ann@example.com',
          from: { email: 'gate@example.com', name: 'Portcullis' },
          subject: 'Subject',
          text: 'Text',
          html: '<p>HTML</p>',
        },
      ],
    ])
  })

  it('gets the address alone of a sender without a name', async () => {
    const email = binding(ACCEPTED)
    const from = { name: null, address: 'gate@example.com' }
    await makeEmailTransport(email, TIMEOUT_MS).deliver(aMessage({ from }))
    expect(email.send.mock.calls).toEqual([[expect.objectContaining({ from: 'gate@example.com' })]])
  })

  it('refuses with its code and message in one line', async () => {
    const error = Object.assign(new Error(`not\nverified ${'x'.repeat(300)}`), {
      code: 'E_SENDER_NOT_VERIFIED',
    })
    const delivery = await deliver(() => Promise.reject(error))
    const detail = delivery.outcome === 'refused' ? delivery.detail : ''
    expect(detail).toMatch(/^the EMAIL binding: E_SENDER_NOT_VERIFIED: not verified x+…$/)
    expect(detail).toHaveLength(200)
  })

  it('refuses when it throws at once, or what is no error', async () => {
    const detail = 'the EMAIL binding: no such method'
    expect(await deliver(throwAtOnce)).toEqual({ outcome: 'refused', detail })
    // oxlint-disable-next-line prefer-promise-reject-errors -- that is what is tested
    expect(await deliver(() => Promise.reject('quota'))).toEqual({
      outcome: 'refused',
      detail: 'the EMAIL binding: quota',
    })
  })

  it.each([
    'Network connection lost.',
    'internal error; reference = abc',
    'The Worker disconnected',
    'Request timed out',
  ])('leaves it unknown when it accepted and the answer was lost: %s', async (message) => {
    let accepted = 0
    const delivery = await deliver(async () => {
      accepted += 1
      throw new Error(message)
    })
    expect(delivery).toEqual({ outcome: 'unknown', detail: `the EMAIL binding: ${message}` })
    expect(accepted).toBe(1)
  })

  it('leaves it unknown when it hangs', async () => {
    expect(await deliver(() => new Promise(() => undefined))).toEqual({
      outcome: 'unknown',
      detail: 'the EMAIL binding: it timed out',
    })
  })
})
