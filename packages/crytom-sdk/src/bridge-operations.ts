/** A pair of chains over which an asset can be wrapped. */
export type BridgeRoute = Readonly<{
  asset: string
  source: string
  destinations: readonly string[]
}>

/** One wrapping of a native asset. */
export type Mint = Readonly<{
  id: string
  status: 'locking' | 'locked' | 'validating' | 'minting' | 'minted' | 'failed' | 'rolled_back'
  /** On the destination chain; absent or null until it is there. */
  tx?: string | null
  customer_id?: string | null
  metadata?: Readonly<Record<string, unknown>>
}>

/** The operations of burn and mint, as the document of the API has them. */
export type BridgeOperations = Readonly<{
  /** List supported routes. */
  'GET /v1/smart-contract/routes': Readonly<{
    params: undefined
    query: undefined
    body: undefined
    data: readonly BridgeRoute[]
  }>
  /** Initiate burn & mint. */
  'POST /v1/smart-contract/mint': Readonly<{
    params: undefined
    query: undefined
    body: Readonly<{
      source_asset: string
      source_chain: string
      destination_chain: string
      /** A decimal number above 0; as text or as a number. */
      amount: string | number
      customer_id?: string | undefined
      external_id?: string | undefined
      metadata?: Readonly<Record<string, unknown>> | undefined
    }>
    data: Mint
  }>
  /** Track status. */
  'GET /v1/smart-contract/status/:id': Readonly<{
    params: Readonly<{ id: string }>
    query: undefined
    body: undefined
    data: Mint
  }>
}>
