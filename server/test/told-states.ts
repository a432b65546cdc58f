import type { Db } from '../src/shell/db.ts'

/** A table of things that change, and what their rows and their events call where they stand. */
type Told = Readonly<{
  table: string
  id: string
  /** SQL over the row. */
  stands: string
  /** SQL over `told`, what the last event of the object tells. */
  says: string
  /** SQL over the row: states in which nothing need have been told yet. */
  unless?: string
}>

const STATUS = "told ->> 'status'"

const TOLD: readonly Told[] = [
  {
    table: 'payment',
    id: 'payment_id',
    stands: `case when status <> 'awaiting' then status when face = 'payment'
      then 'awaiting_payment' else 'pending' end || ', ' || exception`,
    says: `${STATUS} || ', ' || (told ->> 'exception')`,
  },
  { table: 'payment_exception', id: 'exception_id', stands: 'state', says: STATUS },
  {
    table: 'refund',
    id: 'refund_id',
    stands: "state || coalesce(': ' || problem, '')",
    says: `${STATUS} || coalesce(': ' || (told ->> 'problem'), '')`,
  },
  { table: 'payout', id: 'payout_id', stands: 'status', says: STATUS },
  { table: 'payout_policy_change', id: 'change_id', stands: 'state', says: "told ->> 'state'" },
  { table: 'payout_batch', id: 'batch_id', stands: batchStands(), says: STATUS },
  { table: 'conversion', id: 'conversion_id', stands: "'completed'", says: STATUS },
  { table: 'sweep', id: 'sweep_id', stands: 'state', says: STATUS },
  { table: 'cold_transfer', id: 'transfer_id', stands: 'state', says: STATUS },
  {
    table: 'cold_wallet',
    id: 'wallet_id',
    stands: 'coalesce(next_address, address)',
    says: "coalesce(told -> 'next', told -> 'in_force') ->> 'address'",
    // Terms that waited came into force since, at a time that the event has named.
    unless: 'next_address is null',
  },
  {
    table: 'gas_tank',
    id: "'tank:' || chain",
    stands: 'state',
    says: STATUS,
    unless: "state = 'enough'",
  },
  {
    table: 'webhook_endpoint',
    id: 'endpoint_id',
    stands: "case when disabled_at is null then 'enabled' else 'disabled' end",
    says: STATUS,
    unless: 'disabled_at is null or deleted_at is not null',
  },
  { table: 'wallet', id: 'wallet_id', stands: "'there'", says: "'there'" },
]

/** As far as the payout of it that is least far; how they ended, when all have. */
function batchStands(): string {
  const any = (status: string): string => `bool_or(status = '${status}')`
  return `(select case when ${any('pending_verification')} then 'pending_verification'
      when ${any('processing')} then 'processing'
      when bool_and(status = 'completed') then 'completed'
      when ${any('completed')} then 'partially_completed' when ${any('failed')} then 'failed'
      else 'canceled' end
    from payout where payout.book_id = payout_batch.book_id
      and payout.batch_id = payout_batch.batch_id)`
}

/**
 * Where something stands otherwise than the last event of it has told: a change of state without
 * its event, whoever made it. Seen to find payouts that are canceled without an event, payments of
 * which a status is not told, and deposits that vanish from a wallet in silence.
 */
export async function untoldStates(db: Db): Promise<readonly string[]> {
  const found: string[] = []
  for (const { table, id, stands, says, unless = 'false' } of TOLD) {
    const rows = await db.query<{ id: string; stands: string; says: string | null }>(
      `select one.id, one.stands, told.says from
         (select book_id, ${id} as id, ${stands} as stands from ${table}
          where not (${unless})) as one
       left join lateral (
         select ${says} as says from (
           select snapshot::json as told from event
           where event.book_id = one.book_id and event.object_id = one.id and test_for is null
           order by sequence desc limit 1) as last) as told on true
       where told.says is distinct from one.stands limit 5`,
    )
    found.push(...rows.map((row) => `${table} ${row.id} is ${row.stands}; told was ${row.says}`))
  }
  return [...found, ...(await untoldDeposits(db))]
}

/** The same of deposits to wallets, which are told among the events of their wallet. */
async function untoldDeposits(db: Db): Promise<readonly string[]> {
  const rows = await db.query<{ id: string; stands: string; says: string | null }>(
    `select one.deposit_id as id, one.stands, told.says from
       (select book_id, wallet_id, deposit_id, case level when 'seen' then 'pending'
          when 'confirmed' then 'confirming' when 'safe' then 'confirming'
          when 'final' then 'completed' else level end as stands from wallet_deposit) as one
     left join lateral (
       select snapshot::json ->> 'status' as says from event
       where event.book_id = one.book_id and event.object_id = one.wallet_id
         and type like 'wallet.deposit.%' and snapshot::json ->> 'id' = one.deposit_id
       order by sequence desc limit 1) as told on true
     where told.says is distinct from one.stands limit 5`,
  )
  return rows.map((row) => `deposit ${row.id} is ${row.stands}; told was ${row.says}`)
}
