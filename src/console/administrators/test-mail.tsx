import type { TestMail } from '../../actions/scheduled/send-test-mail.ts'

type MailResultProps = { mail: TestMail; missing: string | null }

/** The outcome of a test mail in words. */
export function MailResult({ mail: { email, mailer, delivery }, missing }: MailResultProps) {
  const isSent = delivery.outcome === 'accepted' && mailer !== 'log'
  return (
    <div class={isSent ? 'banner' : 'note'} role="status">
      <p>
        {delivery.outcome !== 'accepted' ? (
          <>
            The mailer (<code>{mailer}</code>){' '}
            {delivery.outcome === 'refused' ? 'did not accept' : 'may have accepted'} the test email
            to <bdi>{email}</bdi>: <bdi>{delivery.detail}</bdi>
          </>
        ) : isSent ? (
          <>
            The test email to <bdi>{email}</bdi> was accepted (<code>{mailer}</code>). Check that it
            arrives.
          </>
        ) : (
          <>
            No email was sent: the message to <bdi>{email}</bdi> is only in the Worker’s log.
            {missing && ` Missing: ${missing}.`}
          </>
        )}
      </p>
    </div>
  )
}
