import { LifetimeField, type DetailsProps, SelfRotationField } from './details-fields.tsx'
import { AudienceField, BindingField, ProfileField } from './security-fields.tsx'

/** The settings that few clients need: each is folded until it is another than usual. */
export function MoreFields(props: DetailsProps) {
  return (
    <div class="section">
      <SelfRotationField {...props} />
      <LifetimeField {...props} />
      <AudienceField {...props} />
      <BindingField {...props} />
      <ProfileField {...props} />
    </div>
  )
}
