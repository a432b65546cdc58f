/** A payer with a wallet on the local node. */
export type Payer = Readonly<{
  /** Sends test dollars (6 decimals). @returns the transaction's hash */
  pay: (to: string, units: bigint) => Promise<string>
  mine: (blocks: number) => Promise<void>
}>

const TOKEN = '0x5fbdb2315678afecb367f032d93f642f64180aa3'
/** ABI of `transfer(address,uint256)`: its selector, then two words. */
const transferCall = (to: string, units: bigint): string =>
  `0xa9059cbb${to.slice(2).toLowerCase().padStart(64, '0')}${units.toString(16).padStart(64, '0')}`

/** The first account of the local node, which holds the test dollars and needs no signature. */
export function payer(url: string): Payer {
  const ask = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const answer: unknown = await response.json()
    if (typeof answer === 'object' && answer !== null && 'result' in answer) return answer.result
    throw new Error(`${method} was refused: ${JSON.stringify(answer)}`)
  }
  return {
    pay: async (to, units) => {
      const [from] = Array.from(Object(await ask('eth_accounts', [])))
      const data = transferCall(to, units)
      return String(await ask('eth_sendTransaction', [{ from, to: TOKEN, data }]))
    },
    mine: async (blocks) => {
      await ask('anvil_mine', [`0x${blocks.toString(16)}`])
    },
  }
}
