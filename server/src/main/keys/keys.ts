import { AppError, isError } from '../../errors/app-error.ts'
import { isoTime } from '../../events/event.ts'
import type { Environment } from '../../shell/book.ts'
import type { ApiKey } from '../../tenancy/api-key.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../../tenancy/api-keys.action.ts'
import { bookOf, listOrganizations } from '../../tenancy/found-organization.action.ts'
import type { Machine } from '../cli/command.ts'
import { jsonLine, showRows } from '../cli/show.ts'
import type { KeysCreateGiven, KeysListGiven, KeysRevokeGiven } from '../commands/keys.ts'
import { openLocally, type LocalCtx } from '../open-locally.ts'

type Out = Pick<Machine, 'terminal' | 'notes'>

/** `coffer keys list`. @returns the exit code; @throws tenancy.organization_unknown */
export async function keysList(machine: Machine, given: KeysListGiven): Promise<number> {
  await using local = await openLocally(machine.env)
  return await list(local.ctx, machine, given)
}

/** `coffer keys create`. @returns the exit code; @throws tenancy.organization_unknown */
export async function keysCreate(machine: Machine, given: KeysCreateGiven): Promise<number> {
  await using local = await openLocally(machine.env)
  return await create(local.ctx, machine, given)
}

/**
 * `coffer keys revoke`.
 *
 * @returns the exit code
 * @throws tenancy.organization_unknown, tenancy.api_key_unknown
 */
export async function keysRevoke(machine: Machine, given: KeysRevokeGiven): Promise<number> {
  await using local = await openLocally(machine.env)
  return await revoke(local.ctx, machine, given)
}

const ENVIRONMENTS = ['live', 'test'] as const

/** Lists keys on a database that is open. */
export async function list(
  ctx: LocalCtx,
  { terminal }: Pick<Out, 'terminal'>,
  { organization, json }: KeysListGiven,
): Promise<number> {
  const known = (await listOrganizations(ctx.db)).map((one) => one.orgId)
  const wanted = organization === undefined ? known : [organization]
  const rows = []
  for (const orgId of wanted) {
    for (const environment of ENVIRONMENTS) {
      const book = await bookOf(ctx.db, { orgId, environment })
      for (const key of await listApiKeys(ctx, book)) rows.push(rowOf(orgId, key))
    }
  }
  const columns = ['id', 'name', 'organization', 'environment', 'ends_in', 'may', 'revoked_at']
  showRows(terminal, rows, { json, columns, none: 'There is no key.' })
  return 0
}

const rowOf = (organization: string, key: ApiKey) => ({
  id: key.keyId,
  name: key.name,
  organization,
  environment: key.environment,
  ends_in: key.lastFour,
  may: key.isApprover ? 'approve' : 'act',
  signed_reads: key.demandsSignedReads,
  rate_limit: key.rateLimitPerMinute ?? null,
  created_at: isoTime(key.createdAt),
  revoked_at: key.revokedAt === undefined ? null : isoTime(key.revokedAt),
})

/** Makes a key on a database that is open; its secret goes to standard output alone. */
export async function create(
  ctx: LocalCtx,
  { terminal, notes }: Out,
  given: KeysCreateGiven,
): Promise<number> {
  const { organization: orgId, environment, name, json } = given
  const book = await bookOf(ctx.db, { orgId, environment })
  const { keyId, secretKey } = await createApiKey(ctx, book, {
    name,
    demandsSignedReads: given['signed-reads'],
    rateLimitPerMinute: given['rate-limit'],
    isApprover: given.approver,
  })
  terminal.line(json ? jsonLine({ id: keyId, secret_key: secretKey }) : secretKey)
  notes.line(`${keyId}: its secret is shown this once, and opens the ${environment} book.`)
  return 0
}

/** Ends a key on a database that is open, in whichever book it is. */
export async function revoke(
  ctx: LocalCtx,
  { terminal }: Pick<Out, 'terminal'>,
  { key: keyId, organization: orgId }: KeysRevokeGiven,
): Promise<number> {
  for (const environment of ENVIRONMENTS) {
    if (!(await revokeIn(ctx, { keyId, orgId, environment }))) continue
    terminal.line(`${keyId} (${environment}) opens nothing any more.`)
    return 0
  }
  throw new AppError('tenancy.api_key_unknown', {})
}

type Place = Readonly<{ keyId: string; orgId: string; environment: Environment }>

async function revokeIn(ctx: LocalCtx, { keyId, ...of }: Place): Promise<boolean> {
  const { bookId } = await bookOf(ctx.db, of)
  try {
    await revokeApiKey(ctx, { bookId, keyId })
    return true
  } catch (error) {
    if (isError(error, 'tenancy.api_key_unknown')) return false
    throw error
  }
}
