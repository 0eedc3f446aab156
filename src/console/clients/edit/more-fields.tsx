import type { Policy } from '../../../domain/policy.ts'
import { LifetimeField, type DetailsProps, SelfRotationField } from './details-fields.tsx'
import { AudienceField, BindingField, ProfileField } from './security-fields.tsx'

/** The settings that few clients need: each is folded until it is another than usual. */
export function MoreFields(props: DetailsProps & { policy: Pick<Policy, 'requireDpop'> }) {
  return (
    <div class="section">
      <SelfRotationField {...props} />
      <LifetimeField {...props} />
      <AudienceField {...props} />
      <BindingField {...props} />
      {props.policy.requireDpop && (
        <p class="hint">This server requires a DPoP proof of every client, whatever is set here.</p>
      )}
      <ProfileField {...props} />
    </div>
  )
}
