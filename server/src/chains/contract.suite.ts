import { describe } from 'node:test'
import { depositTests } from './contract-deposits.suite.ts'
import { forkTests } from './contract-forks.suite.ts'
import { scanTests } from './contract-scans.suite.ts'
import type { AdapterWorldMaker } from './contract-world.suite.ts'

/** What every adapter must do, on a chain that the test can play (H26). */
export function adapterSuite(name: string, worlds: AdapterWorldMaker): void {
  describe(name, () => {
    depositTests(worlds)
    scanTests(worlds)
    forkTests(worlds)
  })
}
