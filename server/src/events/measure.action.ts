import type { Instant } from '../shell/clock.ts'
import type { Queryable } from '../shell/db.ts'
import { readDeliveryMeasures, type DeliveryMeasure } from './measure.store.ts'

/** How deliveries stand over all organizations, for whoever runs this server. */
export const measureDeliveries = (
  db: Queryable,
  now: Instant,
): Promise<readonly DeliveryMeasure[]> => readDeliveryMeasures(db, now)
