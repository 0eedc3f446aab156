/** The ways in which a mail provider treats a message. */
export type Mode = 'accepts' | 'refuses' | 'loses the answer' | 'loses the request'

export type AcceptedMail = { at: number; to: string; subject: string; text: string }

/** Cloudflare's `send_email` binding as far as the server knows it: `clock` says when it was handed what. */
export function mailbox() {
  const clock = { now: 0 }
  const mails: AcceptedMail[] = []
  const handedOver: number[] = []
  const box = { clock, mails, handedOver, mode: 'accepts' as Mode, EMAIL: { send } }

  // oxlint-disable-next-line typescript/no-explicit-any -- it takes MIME messages, too; not used here
  async function send({ to, subject, text }: any): Promise<EmailSendResult> {
    handedOver.push(box.clock.now)
    if (box.mode === 'refuses') throw new Error('over the daily limit')
    if (box.mode === 'loses the request') throw new Error('Network connection lost.')
    mails.push({ at: box.clock.now, to, subject, text })
    if (box.mode === 'loses the answer') throw new Error('Network connection lost.')
    return { messageId: `theirs-${mails.length}` }
  }

  return box
}

export type Mailbox = ReturnType<typeof mailbox>
