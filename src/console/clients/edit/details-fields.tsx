import {
  type AssertionAudience,
  CONTACTS_MAX,
  DESCRIPTION_MAX,
  NAME_MAX,
  type Profile,
  TAG_MAX,
  TAGS_MAX,
  TOKEN_LIFETIME_MAX,
  TOKEN_LIFETIME_MIN,
} from '../../../domain/client-details.ts'
import { SavedBox } from '../../kit/access-matrix.tsx'
import { type Entered, errorOf, Field, hasConflict, wasSent } from '../../kit/field.tsx'

export type DetailsProps = {
  entered: Entered
  client: {
    name: string
    description?: string | undefined
    accessTokenLifetime?: number | undefined
    allowSelfRotation?: boolean | undefined
    tags?: string[] | undefined
    contacts?: string[] | undefined
    assertionAudience?: AssertionAudience | undefined
    profile?: Profile | null | undefined
    requireDpop?: boolean | undefined
    bindToCertificate?: boolean | undefined
  }
}

/** The fields by which people find and recognize a client. */
export function NameFields({ entered, client }: DetailsProps) {
  return (
    <>
      <Field
        name="client_name"
        label="Name"
        required
        maxlength={NAME_MAX}
        entered={entered}
        value={client.name}
        hint="What people find it by, such as “Nightly billing export”."
      />
      <Field
        name="description"
        label="Description (optional)"
        rows={3}
        maxlength={DESCRIPTION_MAX}
        entered={entered}
        value={client.description ?? ''}
        hint="What this client does, who runs it and whom to ask."
      />
      <Field
        name="tags"
        label="Tags (optional)"
        entered={entered}
        value={client.tags?.join(' ') ?? ''}
        hint={`Separated by spaces, such as team:billing env:prod. Up to ${TAGS_MAX} tags of up to ${TAG_MAX} characters: a-z 0-9 : . _ -`}
      />
      <Field
        name="contacts"
        label="Contacts (optional)"
        entered={entered}
        value={client.contacts?.join(' ') ?? ''}
        hint={`Email addresses, separated by spaces, up to ${CONTACTS_MAX}. They get the reminders about this client’s credentials and have no rights here.`}
      />
    </>
  )
}

export function LifetimeField({ entered, client }: DetailsProps) {
  const isWrong = errorOf(entered, 'access_token_lifetime') !== undefined
  const { accessTokenLifetime } = client
  const isOwn = accessTokenLifetime !== undefined && accessTokenLifetime !== TOKEN_LIFETIME_MAX
  return (
    <details open={isWrong || isOwn || Boolean(entered.values.get('access_token_lifetime'))}>
      <summary>Token lifetime</summary>
      <Field
        name="access_token_lifetime"
        label="Access token lifetime in seconds (optional)"
        type="number"
        min={String(TOKEN_LIFETIME_MIN)}
        max={String(TOKEN_LIFETIME_MAX)}
        entered={entered}
        value={String(accessTokenLifetime ?? '')}
        hint={`From ${TOKEN_LIFETIME_MIN} to ${TOKEN_LIFETIME_MAX}, the default (12 hours). A suspension takes effect at once all the same.`}
      />
    </details>
  )
}

export function SelfRotationField({ entered, client }: DetailsProps) {
  const saved = client.allowSelfRotation ?? false
  const isAllowed = wasSent(entered) ? entered.values.has('allow_self_rotation') : saved
  return (
    <label class="choice">
      <input type="checkbox" name="allow_self_rotation" value="yes" checked={isAllowed} />
      <span>
        Self-rotation
        <span class="hint">
          The client can replace its own secret; the old one stops within a day. So can anyone who
          has the secret.
        </span>
        <SavedBox checked={isAllowed} saved={hasConflict(entered) ? saved : undefined} />
      </span>
    </label>
  )
}
