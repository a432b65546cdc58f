import { randomBytes } from 'node:crypto'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { createApiKey, opensBook } from './api-keys.action.ts'
import { createOrganization, type Organization } from './create-organization.action.ts'
import { hashPassword } from './password.ts'
import { upsertPerson } from './person.store.ts'
import { webhookSecrets } from './webhook-secret.action.ts'

/** What a developer needs to begin, as `sandbox.json` keeps it. */
export type SandboxAccess = Readonly<{
  secret_key: string
  /** Keys that may approve what others ask for. */
  approver_keys: readonly string[]
  webhook_secret: string
  console: Readonly<{ email: string; password: string }>
}>

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'sealer'>

const ORG_ID = 'org_sandbox'
const EMAIL = 'owner@sandbox.localhost'
const PASSWORD_BYTES = 18
const APPROVERS = 2

/**
 * Sees to it that the sandbox has an organization with a test key and somebody who may log in.
 *
 * What an earlier start gave out stays as it is while its key still opens the sandbox. Otherwise
 * (first start, `sandbox.json` deleted, key revoked, another database) there are a new key and a
 * new password; keys given out before go on working until they are revoked.
 *
 * @param before the content of `sandbox.json`, where there is one
 */
export async function seedSandbox(
  ctx: Ctx,
  before: SandboxAccess | undefined,
): Promise<Readonly<{ organization: Organization; access: SandboxAccess }>> {
  const organization = await createOrganization(ctx, { name: 'Sandbox', orgId: ORG_ID })
  const { test } = organization
  const now = ctx.clock.now()
  const [webhookSecret = ''] = await webhookSecrets(ctx, ctx.db, { bookId: test.bookId, now })
  const approvers = await approverKeys(ctx, test, before?.approver_keys ?? [])
  const always = { approver_keys: approvers, webhook_secret: webhookSecret }
  if (before !== undefined && (await opensBook(ctx, test, before.secret_key))) {
    return { organization, access: { ...before, ...always } }
  }
  const { secretKey } = await createApiKey(ctx, test, { name: 'Sandbox' })
  const password = await givePassword(ctx)
  const console = { email: EMAIL, password }
  return {
    organization,
    access: { secret_key: secretKey, ...always, console },
  }
}

/** Keys that may approve: those given out before that still do, and new ones in place of others. */
async function approverKeys(
  ctx: Ctx,
  book: Organization['test'],
  before: readonly string[],
): Promise<readonly string[]> {
  const keys: string[] = []
  for (let place = 0; place < APPROVERS; place += 1) {
    const known = before[place]
    const isGood = known !== undefined && (await opensBook(ctx, book, known))
    const name = `Approver ${place + 1}`
    keys.push(
      isGood ? known : (await createApiKey(ctx, book, { name, isApprover: true })).secretKey,
    )
  }
  return keys
}

async function givePassword(ctx: Ctx): Promise<string> {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  const passwordHash = await hashPassword(password)
  await inDbTx(ctx, (dbTx) =>
    upsertPerson(dbTx, {
      orgId: ORG_ID,
      personId: ctx.ids.next('per'),
      emailHash: ctx.sealer.lookupHash('person.email', EMAIL),
      sealedEmail: ctx.sealer.seal('person.email', EMAIL),
      passwordHash,
      role: 'owner',
      now: ctx.clock.now(),
    }),
  )
  return password
}
