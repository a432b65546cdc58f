import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32 } from '@scure/base'
import { verificationWorld } from '../../test/verification-world.ts'
import { isError, type AppError } from '../errors/app-error.ts'
import { codeAt, stepAt } from '../totp/totp.ts'
import { readGiven } from './cli/read-given.ts'
import { totpGiven } from './commands/platform.ts'
import { enrol } from './totp.ts'

/** Planted fault: the environment left out, so that a sandbox's authenticator serves live books. */
test('an operator enrols the authenticator of an owner, for one book', async () => {
  await using world = await verificationWorld()
  const written: string[] = []
  const run = async (...args: readonly string[]): Promise<string> => {
    written.length = 0
    const terminal = { line: (text = '') => void written.push(text) }
    assert.equal(await enrol(world.ctx, terminal, readGiven(totpGiven, args)), 0)
    return written.join('\n')
  }
  const of = ['--email', 'Owner@Example.com', '--environment', 'test'] as const
  const [uri = ''] = (await run(...of)).split('\n')
  assert.match(uri, /^otpauth:\/\/totp\/Coffer:Owner%40Example\.com\?secret=[A-Z2-7]{32}&/)
  const secret = base32.decode(new URL(uri).searchParams.get('secret') ?? '')
  const shown = (): string => codeAt(secret, stepAt(world.ctx.clock.now()))
  const refused = (code: AppError['code']) => (error: unknown) => isError(error, code)
  const elsewhere = run('--email', 'owner@example.com', '--code', shown())
  await assert.rejects(elsewhere, refused('tenancy.totp_code_wrong'))
  assert.match(await run(...of, '--code', shown()), /verify payouts of the test book/)
  world.ctx.clock.advance(30_000)
  const id = await world.one({ dollars: '5000' })
  assert.equal((await world.give(id, shown(), 'totp')).kind, 'passed')
  await assert.rejects(run('--email', 'nobody@example.com'), refused('tenancy.owner_unknown'))
  for (const args of [[], ['--emai'], ['--email', 'a@b', '--environment', 'moon'], ['more']]) {
    await assert.rejects(run(...args), refused('shell.arguments_invalid'))
  }
})
