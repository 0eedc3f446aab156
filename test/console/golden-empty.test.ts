import { expect, it } from 'vitest'
import { openScene, viewerOf } from './golden/scene.ts'

// Each page as a whole, compared with the one that was accepted last: test/golden/console. `npm run golden` accepts
// what has changed.

const PAGES = [
  'clients',
  'clients/new',
  'find',
  'apis',
  'apis/new',
  'roles',
  'roles/new',
  'issuers',
  'issuers/new',
  'workloads',
  'activity',
  'administrators',
  'signing-keys',
  'setup',
  'signed-in',
  'nothing',
]

it('every page of a server that holds nothing is as it was accepted', async () => {
  const { page, differences } = await openScene('empty')
  for (const name of PAGES) await page(name.replace('/', '-'), `/${name}`)
  expect(await differences()).toBe('')
})

it('a person who may only look is offered nothing else', async () => {
  const { server, page, differences } = await openScene('viewer-of-nothing')
  const viewer = await viewerOf(server)
  for (const name of PAGES.filter((one) => one !== 'activity' && one !== 'setup')) {
    await page(name.replace('/', '-'), `/${name}`, viewer)
  }
  expect(await differences()).toBe('')
})
