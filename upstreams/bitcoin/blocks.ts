import { Block, Transaction, script } from 'bitcoinjs-lib'

/** The network's first block, as every node has it built in. */
export const GENESIS = Block.fromHex(
  '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e' +
    '67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f20020000000101000000010000000000000000' +
    '000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d6573' +
    '2030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e6420626169' +
    '6c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b710' +
    '5cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf1' +
    '1d5fac00000000',
)

/** A block takes so many confirmations until what it made can be spent. */
export const MATURITY = 100

const SUBSIDY = 5_000_000_000n
const HALVING = 150
const BITS = 0x207fffff
const VERSION = 0x20000000
const SECONDS_APART = 600
const NO_HASH = new Uint8Array(32)
const COMMITMENT = Uint8Array.from([0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed])

/** What a miner may make at a height, before fees. */
export const subsidyAt = (height: number): bigint => SUBSIDY >> BigInt(Math.floor(height / HALVING))

/** What a block is made of. */
export type BlockPlan = Readonly<{
  parent: Block
  height: number
  transactions: readonly Transaction[]
  /** What the miner pays himself; on this chain the first block may make more than is due. */
  rewards: readonly Readonly<{ script: Uint8Array; value: bigint }>[]
  /** Makes this block another one than any with the same transactions. */
  extra: number
}>

/** Mines a block: at regtest's difficulty every other try is good. */
export function mineBlock({ parent, height, transactions, rewards, extra }: BlockPlan): Block {
  const block = new Block()
  block.version = VERSION
  block.prevHash = parent.getHash()
  block.timestamp = parent.timestamp + SECONDS_APART
  block.bits = BITS
  const coinbase = new Transaction()
  coinbase.version = 2
  const mark = [script.number.encode(height), script.number.encode(extra + 0x10000)]
  coinbase.addInput(NO_HASH, 0xffffffff, 0xffffffff, script.compile(mark))
  for (const reward of rewards) coinbase.addOutput(reward.script, reward.value)
  coinbase.setWitness(0, [NO_HASH])
  const all = [coinbase, ...transactions]
  // The root over all witnesses, the coinbase's own counting as nothing. See BIP-141.
  const commitment = Block.calculateMerkleRoot(all, true)
  coinbase.addOutput(Uint8Array.from([...COMMITMENT, ...commitment]), 0n)
  block.transactions = all
  block.merkleRoot = Block.calculateMerkleRoot(all)
  for (block.nonce = 0; !block.checkProofOfWork();) block.nonce += 1
  return block
}
