import { z } from 'zod'
import { command } from '../cli/command.ts'
import { flag, operand, option, wholeNumber } from '../cli/parameter.ts'
import { environment } from './platform.ts'

const json = flag('JSON instead of a table')

const organization = option(z.string(), {
  doc: 'whose it is; "coffer organizations list" shows them',
  value: 'ORG',
})

const whose = {
  organization,
  environment: option(environment, { doc: 'the book that it opens' }),
}

/** What is typed after it. */
export const foundGiven = z.strictObject({
  name: option(z.string().min(1), { doc: 'how it is called' }),
  owner: option(z.email(), {
    doc: 'the address to which codes of large payouts are mailed',
    value: 'EMAIL',
  }),
  json,
})

/** What `coffer organizations create` is given. */
export type FoundGiven = z.output<typeof foundGiven>

/** `coffer organizations create` */
export const organizationsCreate = command({
  name: 'organizations create',
  doc: 'make an organization with its owner, a live and a test book',
  more: "The owner's password is shown this once.",
  given: foundGiven,
  examples: [
    {
      line: 'organizations create --name "Example Shop" --owner owner@example.com',
      doc: 'the way to go live: then make a key',
    },
  ],
  load: async () => (await import('../keys/organizations.ts')).organizationsCreate,
})

/** What is typed after it. */
export const listGiven = z.strictObject({ json })

/** What `coffer organizations list` is given. */
export type ListGiven = z.output<typeof listGiven>

/** `coffer organizations list` */
export const organizationsList = command({
  name: 'organizations list',
  doc: 'list the organizations of this installation',
  given: listGiven,
  examples: [{ line: 'organizations list', doc: 'the oldest first' }],
  load: async () => (await import('../keys/organizations.ts')).organizationsList,
})

/** What is typed after it. */
export const keysListGiven = z.strictObject({
  organization: option(z.string().optional(), { doc: 'its keys only', value: 'ORG' }),
  json,
})

/** What `coffer keys list` is given. */
export type KeysListGiven = z.output<typeof keysListGiven>

/** `coffer keys list` */
export const keysList = command({
  name: 'keys list',
  doc: 'list API keys by their last four characters, revoked ones too',
  given: keysListGiven,
  examples: [{ line: 'keys list', doc: 'of every organization' }],
  load: async () => (await import('../keys/keys.ts')).keysList,
})

/** What is typed after it. */
export const keysCreateGiven = z.strictObject({
  ...whose,
  name: option(z.string().min(1), { doc: 'what it is for' }),
  approver: flag('it may approve what other keys ask for'),
  'signed-reads': flag('refuse unsigned reads with it too'),
  'rate-limit': option(wholeNumber(1, 1_000_000).optional(), {
    doc: "requests a minute; the server's setting, if not given",
    value: 'N',
  }),
  json,
})

/** What `coffer keys create` is given. */
export type KeysCreateGiven = z.output<typeof keysCreateGiven>

/** `coffer keys create` */
export const keysCreate = command({
  name: 'keys create',
  doc: 'make an API key and print its secret, this once',
  more: 'The secret is the only line on standard output, so that it can go where secrets are kept.',
  given: keysCreateGiven,
  examples: [
    {
      line: 'keys create --organization org_01K9 --environment live --name "Shop"',
      doc: 'prints sk_live_…',
    },
  ],
  load: async () => (await import('../keys/keys.ts')).keysCreate,
})

/** What is typed after it. */
export const keysRevokeGiven = z.strictObject({
  key: operand(z.string(), { doc: 'its id, key_…, as "coffer keys list" shows it' }),
  organization,
})

/** What `coffer keys revoke` is given. */
export type KeysRevokeGiven = z.output<typeof keysRevokeGiven>

/** `coffer keys revoke` */
export const keysRevoke = command({
  name: 'keys revoke',
  doc: 'end an API key at once, in every process',
  given: keysRevokeGiven,
  examples: [
    { line: 'keys revoke key_01K9 --organization org_01K9', doc: 'it opens nothing any more' },
  ],
  load: async () => (await import('../keys/keys.ts')).keysRevoke,
})

const ranges = z.array(z.string()).default([])

/** What is typed after it. */
export const keysIpsGiven = z.strictObject({
  ...whose,
  add: option(ranges, { doc: 'let an address or a CIDR range in; may be repeated', value: 'IP' }),
  remove: option(ranges, { doc: 'take it out again; may be repeated', value: 'IP' }),
  switch: option(z.enum(['on', 'off']).optional(), {
    doc: 'whether only these addresses may use the keys',
  }),
  json,
})

/** What `coffer keys ips` is given. */
export type KeysIpsGiven = z.output<typeof keysIpsGiven>

/** `coffer keys ips` */
export const keysIps = command({
  name: 'keys ips',
  doc: 'show or change the addresses from which the keys of a book may be used',
  given: keysIpsGiven,
  examples: [
    { line: 'keys ips --organization org_01K9 --environment live', doc: 'the list as it is' },
    {
      line: 'keys ips --organization org_01K9 --environment live --add 203.0.113.0/24 --switch on',
      doc: 'nobody else gets in from now on',
    },
  ],
  load: async () => (await import('../keys/ip-list.ts')).keysIps,
})
