import type { Delivery, MailerName } from '../domain/mail.ts'
import type { Message } from './message.ts'

/** A way to send messages. It never throws for what the other end does. */
export type Transport = {
  name: MailerName
  /** Whether a message handed over twice with one id arrives once. */
  deduplicates: boolean
  deliver(message: Message): Promise<Delivery>
}
