import {
  type AssertionAudience,
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
        hint="By which people find it, such as “Nightly billing export”."
      />
      <Field
        name="description"
        label="Description (optional)"
        rows={3}
        maxlength={DESCRIPTION_MAX}
        entered={entered}
        value={client.description ?? ''}
        hint="Who runs it, what it does, whom to ask."
      />
      <Field
        name="tags"
        label="Tags (optional)"
        entered={entered}
        value={client.tags?.join(' ') ?? ''}
        hint={`Labels to find it by, such as team:billing, with spaces between them: up to ${TAGS_MAX}, each of up to ${TAG_MAX} characters of a-z 0-9 : . _ -`}
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
      <summary>Access token lifetime</summary>
      <Field
        name="access_token_lifetime"
        label="Seconds (optional)"
        type="number"
        min={String(TOKEN_LIFETIME_MIN)}
        max={String(TOKEN_LIFETIME_MAX)}
        entered={entered}
        value={String(accessTokenLifetime ?? '')}
        hint={`From ${TOKEN_LIFETIME_MIN} to ${TOKEN_LIFETIME_MAX}, which is 12 hours and the default. A suspension does not wait for it.`}
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
        Let it rotate its own secret
        <span class="hint">
          With a secret that works it gets a new one for as long, and the old one ends within a day.
          Nobody is asked, so whoever has its secret can, too.
        </span>
        <SavedBox checked={isAllowed} saved={hasConflict(entered) ? saved : undefined} />
      </span>
    </label>
  )
}
