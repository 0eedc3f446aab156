import type { Certificate, CertificateMaterial } from '../../../domain/certificate.ts'
import { type Column, Table } from '../../kit/table.tsx'
import { certificateName, recognisedInWords } from '../certificate-words.ts'
import { clientPath } from '../dialogs/change-page.tsx'
import {
  createdColumn,
  deleteColumn,
  expiresColumn,
  lastUsedColumn,
} from './credential-columns.tsx'
import type { DetailsProps } from './details-props.ts'

export function CertificatesTable(props: DetailsProps) {
  return <Table label="Certificates" columns={columnsOf(props)} rows={props.client.certificates} />
}

const nameOf = (one: Certificate) => `certificate ${certificateName(one)}`

function columnsOf({
  base,
  client,
  names,
  now,
  lead,
  mayManage,
}: DetailsProps): Column<Certificate>[] {
  const pathOf = ({ certificateId }: Certificate) =>
    `${clientPath(base, client)}/certificates/${certificateId}`
  return [
    {
      head: 'Certificate',
      cell: (one) => (
        <>
          <a class="name" href={pathOf(one)}>
            <bdi>{certificateName(one)}</bdi>
          </a>
          <Recognised by={one.material} />
        </>
      ),
    },
    expiresColumn({ all: client.certificates, now, lead }),
    lastUsedColumn(now),
    createdColumn(now, names),
    ...(mayManage ? [deleteColumn(pathOf, nameOf)] : []),
  ]
}

function Recognised({ by: material }: { by: CertificateMaterial }) {
  const [kind, text] = recognisedInWords(material)
  return (
    <p class="sub one" title={text}>
      {kind} <bdi>{text}</bdi>
    </p>
  )
}
