import type { Queryable } from '../shell/db.ts'
import {
  readChainMeasures,
  readOutgoingMeasures,
  type ChainMeasure,
  type OutgoingMeasure,
} from './measure.store.ts'

/** How chains and what is sent on them stand, over all organizations. */
export type CustodyMeasures = Readonly<{
  chains: readonly ChainMeasure[]
  outgoing: readonly OutgoingMeasure[]
}>

/** Reads it, for whoever runs this server. */
export const measureCustody = async (db: Queryable): Promise<CustodyMeasures> => ({
  chains: await readChainMeasures(db),
  outgoing: await readOutgoingMeasures(db),
})
