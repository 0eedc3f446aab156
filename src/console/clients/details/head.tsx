import type { DetailsProps } from './details-props.ts'
import { statusOf } from '../../../domain/status.ts'
import { DialogButton } from '../../kit/dialog.tsx'
import { Status } from '../../kit/status.tsx'
import { clientPath } from '../dialogs/change-dialog.tsx'

/** A client's name and status, and the actions on it. */
export function Head({ base, client, now, mayManage }: DetailsProps) {
  const path = clientPath(base, client)
  return (
    <div class="head">
      <div>
        <h1>
          <bdi>{client.name}</bdi>
        </h1>
        <Status status={statusOf(client, now)} />
      </div>
      <div class="actions">
        {mayManage &&
          (client.suspension ? (
            <DialogButton dialog="resume">Resume access</DialogButton>
          ) : (
            <DialogButton dialog="suspend" kind="danger">
              Suspend access
            </DialogButton>
          ))}
        <a class="button quiet" href={`${path}/preview`}>
          Token preview
        </a>
        <a class="button quiet" href={`${path}/activity`}>
          Activity
        </a>
        {mayManage && <Menu path={path} />}
      </div>
    </div>
  )
}

function Menu({ path }: { path: string }) {
  return (
    <>
      <button type="button" class="quiet" popovertarget="more" aria-label="More actions">
        ⋯
      </button>
      <div id="more" popover="auto" class="menu" aria-label="More actions" role="group">
        <ul>
          <li>
            <a href={`${path}/details`}>Edit details</a>
          </li>
          <li>
            <a href={`${path}/duplicate`}>Duplicate API client</a>
          </li>
          <li>
            <DialogButton dialog="revoke-tokens">Revoke all tokens</DialogButton>
          </li>
          <li>
            <DialogButton dialog="delete" kind="danger">
              Delete API client
            </DialogButton>
          </li>
        </ul>
      </div>
    </>
  )
}
