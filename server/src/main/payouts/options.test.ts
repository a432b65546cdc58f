import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../../errors/app-error.ts'
import { progressText } from '../progress.ts'
import { readGiven } from '../cli/read-given.ts'
import { checkGiven, runGiven } from '../commands/payout-files.ts'
import { checkAsked, runAsked } from './options.ts'

const check = (...args: readonly string[]) => checkAsked(readGiven(checkGiven, args))
const run = (...args: readonly string[]) => runAsked(readGiven(runGiven, args))

/** Planted fault: live money without a word whose it is. */
test('whose money a file pays is said for live money, and each wrong word is refused', () => {
  assert.deepEqual(run('a.csv', '--book', 'live', '--organization', 'org_1'), {
    ...{ path: 'a.csv', result: 'a.csv.result.csv', run: '1', reference: undefined },
    ...{ payer: { environment: 'live', orgId: 'org_1' }, isDry: false, waits: false },
  })
  const sandbox = check('a.csv', '--book', 'test')
  assert.deepEqual(sandbox.payer, { environment: 'test', orgId: 'org_sandbox' })
  assert.ok(sandbox.isDry)
  assert.equal(check('a.csv').payer, undefined)
  for (const args of [
    [],
    ['a.csv'],
    ['a.csv', 'b.csv', '--book', 'test'],
    ['a.csv', '--book', 'live'],
    ['a.csv', '--book', 'prod', '--organization', 'org_1'],
    ['a.csv', '--organization', 'org_1'],
    ['a.csv', '--book', 'test', '--run', 'a b'],
    ['a.csv', '--book', 'test', '--dryrun'],
  ]) {
    assert.throws(
      () => run(...args),
      (error) => isError(error, 'shell.arguments_invalid'),
      args.join(' '),
    )
  }
  assert.throws(() => check('a.csv', '--organization', 'org_1'), /live or test/)
})

test('a bar is empty at the beginning, and full only at the end', () => {
  assert.equal(progressText(0, 10), `${'░'.repeat(24)} 0 of 10`)
  assert.match(progressText(9_999, 10_000), /█{23}░ 9999 of 10000/)
  assert.match(progressText(10, 10), /^█{24} 10 of 10$/)
})
