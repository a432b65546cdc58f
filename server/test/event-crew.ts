import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Worker processes that place events and send them; others stand ready to follow them. */
export type Crew = AsyncDisposable &
  Readonly<{
    kills: () => number
    /** Ends the worker that has worked longest by SIGKILL, and calls the next. */
    kill: () => void
  }>

/** How many work at a time, how many stand ready, and how many kills are meant at most. */
export type CrewWanted = Readonly<{ workers: number; standby: number; kills: number }>

const WORKER = fileURLToPath(new URL('event-worker.ts', import.meta.url))

/** Starts workers on a database. Disposing kills all that are left. */
export function startCrew(url: string, wanted: CrewWanted): Crew {
  const ready = new Map<ChildProcess, Promise<unknown>>()
  const call = (): ChildProcess => {
    const worker = fork(WORKER, [url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    ready.set(worker, once(worker, 'message'))
    return worker
  }
  const begin = (worker: ChildProcess): ChildProcess => {
    // One that is killed in this very moment hears nothing; its follower is called already.
    void ready.get(worker)?.then(() => worker.connected && worker.send('begin', () => undefined))
    return worker
  }
  const working = Array.from({ length: wanted.workers }, () => begin(call()))
  const waiting = Array.from({ length: Math.min(wanted.standby, wanted.kills) }, call)
  const exits: Promise<unknown>[] = []
  let kills = 0
  return {
    kills: () => kills,
    kill: () => {
      const worker = working.shift()
      if (worker === undefined) return
      kills += 1
      exits.push(once(worker, 'exit').then(([, signal]) => assert.equal(signal, 'SIGKILL')))
      worker.kill('SIGKILL')
      working.push(begin(waiting.shift() ?? call()))
      if (kills + waiting.length < wanted.kills) waiting.push(call())
    },
    [Symbol.asyncDispose]: async () => {
      const rest = [...working, ...waiting]
      const ends = rest.map((worker) => once(worker, 'exit'))
      for (const worker of rest) worker.kill('SIGKILL')
      await Promise.all([...exits, ...ends])
    },
  }
}
