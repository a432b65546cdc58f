import assert from 'node:assert/strict'
import { test } from 'node:test'
import { custodyWorld } from '../../test/custody-world.ts'
import { keysOnly } from '../../test/payment-world.ts'
import { realm } from '../chains/contract-book-chain.ts'
import { haltCrediting } from '../custody/halt-crediting.action.ts'
import { isError, type AppError } from '../errors/app-error.ts'
import { resolveAsset } from '../money/alias.ts'
import { readGiven } from './cli/read-given.ts'
import { haltsGiven } from './commands/platform.ts'
import { showHalts } from './halts.ts'

/** Planted fault: the environment left out, so that live and test halts are taken for one. */
test('an operator sees what is halted and why, and goes on with one of them', async () => {
  await using world = await custodyWorld({ signer: keysOnly })
  const written: string[] = []
  const run = async (...args: readonly string[]): Promise<string> => {
    written.length = 0
    const terminal = {
      line: (text = '') => void written.push(text),
      table: (_: readonly string[], rows: readonly (readonly string[])[]) =>
        void written.push(...rows.map((row) => row.join(' | '))),
    }
    assert.equal(await showHalts(world.bookCtx, terminal, readGiven(haltsGiven, args)), 0)
    return written.join('\n')
  }
  assert.match(await run(), /Nothing is halted/)
  const { id: asset, chain } = resolveAsset({ currency: 'USDT_BSC' })
  const of = { realm: realm('live'), chain, asset }
  await haltCrediting(world.bookCtx, of, 'nodes contradict one another about 0xaa')
  await haltCrediting(world.bookCtx, of, 'told once')
  assert.match(await run(), /^USDT_BSC \| live \| .* \| nodes contradict one another about 0xaa$/)
  const refused = (code: AppError['code']) => (error: unknown) => isError(error, code)
  const elsewhere = run('--resume', 'USDT_BSC', '--environment', 'test')
  await assert.rejects(elsewhere, refused('custody.crediting_not_halted'))
  assert.match(await run('--resume', 'USDT_BSC'), /credited again/)
  assert.match(await run(), /Nothing is halted/)
  for (const args of [['--resum'], ['--environment', 'moon'], ['more']]) {
    await assert.rejects(run(...args), refused('shell.arguments_invalid'))
  }
})
