import type { Meters } from '../../shell/telemetry/meters.ts'

/** What is read from the database, or the pool, when somebody asks. */
export type MeasuredMeters = ReturnType<typeof measuredMeters>

/** Declares it. */
export const measuredMeters = (meters: Meters) => ({
  due: meters.gauge({
    name: 'coffer_due_rows',
    help: 'Rows whose time has come, those in work among them; 10000 means that many or more.',
    labels: ['job'],
  }),
  lag: meters.gauge({
    name: 'coffer_due_lag_seconds',
    help: 'For how long the oldest of them has been due. It grows when no worker runs, or when a row fails again and again.',
    labels: ['job'],
  }),
  scheduled: meters.gauge({
    name: 'coffer_scheduled_rows',
    help: 'Rows that are due or will be; 10000 means that many or more.',
    labels: ['job'],
  }),
  pending: meters.gauge({
    name: 'coffer_deliveries_pending',
    help: 'Deliveries that were not acknowledged yet; 20000 means that many or more.',
    labels: ['environment'],
  }),
  oldestPending: meters.gauge({
    name: 'coffer_delivery_oldest_pending_seconds',
    help: 'Age of the oldest event that somebody has not acknowledged. Dead endpoints raise it to days; the lag of the job `deliver` is what is ours.',
    labels: ['environment'],
  }),
  lanes: meters.gauge({
    name: 'coffer_delivery_lanes',
    help: 'Targets for which something waits: `working`, or `failing`, which acknowledged nothing lately.',
    labels: ['environment', 'state'],
  }),
  height: meters.gauge({
    name: 'coffer_chain_height',
    help: 'Heights of a real chain at the last look: `latest`, `safe`, `final`, and up to where everything is `recorded`.',
    labels: ['chain', 'environment', 'level'],
  }),
  age: meters.gauge({
    name: 'coffer_chain_look_age_seconds',
    help: 'Time since the last look at a real chain.',
    labels: ['chain', 'environment'],
  }),
  halted: meters.gauge({
    name: 'coffer_chain_halted',
    help: '1: watching the chain was stopped until somebody decides.',
    labels: ['chain', 'environment'],
  }),
  outgoing: meters.gauge({
    name: 'coffer_outgoing',
    help: 'Payouts, sweeps and what else is on its way out, by how far it is; 10000 in all means that many or more.',
    labels: ['chain', 'environment', 'state'],
  }),
  oldestOutgoing: meters.gauge({
    name: 'coffer_outgoing_oldest_seconds',
    help: 'Age of the oldest of them.',
    labels: ['chain', 'environment', 'state'],
  }),
  connections: meters.gauge({
    name: 'coffer_db_connections',
    help: 'Connections of this process’s pool: `busy`, `idle`, and how many are `waited_for`.',
    labels: ['state'],
  }),
  isMeasured: meters.gauge({
    name: 'coffer_measured',
    help: '0: this part (`jobs`, `deliveries`, `custody`) could not be read from the database, and is left out.',
    labels: ['part'],
  }),
})
