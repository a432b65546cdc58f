import { checkEvmAddress, checksummed } from '../server/src/chains/evm/address.ts'
import { DEPLOYER, sweeperDeployment, sweeperOf } from '../server/src/chains/evm/sweeper.ts'

// Prints where the sweeper of a treasury stands, and the transaction that makes it there. Any wallet
// may send it; it is the same on every EVM chain: `node contracts/print-sweeper.ts TREASURY`.

const check = checkEvmAddress(process.argv[2] ?? '')
if (check.kind === 'invalid') {
  console.error(`Give the treasury's address: ${check.reason}.`)
  process.exit(2)
}
const treasury = check.address.toLowerCase()
console.log(`treasury ${check.address}`)
console.log(`sweeper  ${checksummed(sweeperOf(treasury))}`)
console.log(`to       ${checksummed(DEPLOYER)}`)
console.log(`data     ${sweeperDeployment(treasury)}`)
