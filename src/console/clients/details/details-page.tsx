import { Card } from '../../kit/card.tsx'
import { clientPath } from '../dialogs/change-page.tsx'
import { LongestToken } from '../token-size.tsx'
import { AccessList, accessInWords } from './access-list.tsx'
import { Credentials } from './credentials.tsx'
import type { DetailsProps } from './details-props.ts'
import { Facts } from './facts.tsx'
import { Recent } from './recent.tsx'

/** Shows a client at a glance: credentials, access, details, recent tokens. */
export function Overview(props: DetailsProps) {
  const { client, names, now, terms, mayManage } = props
  return (
    <div class="columns">
      <div>
        <Credentials {...props} />
        <Card
          title="Access"
          sub={accessInWords(client)}
          more={mayManage && <EditAccess {...props} />}
        >
          <AccessList {...props} />
          <LongestToken client={client} terms={terms} />
        </Card>
      </div>
      <div>
        <Card title="Details">
          <Facts {...{ client, names, now }} policy={props.policy} />
        </Card>
        <Recent {...props} />
      </div>
    </div>
  )
}

function EditAccess({ base, client }: DetailsProps) {
  return (
    <a class="button" href={`${clientPath(base, client)}/access`}>
      Edit<span class="unseen"> API access</span>
    </a>
  )
}
