/** A table whose rows fall due, as `Job` has it. */
export type DueTable = Readonly<{ job: string; table: string; clock: 'book' | 'machine' }>
