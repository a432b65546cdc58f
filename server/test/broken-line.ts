import { connect, createServer, type Socket } from 'node:net'
import { listen, type Running } from './listening.ts'

/** A line to a server that can be cut, or lose what comes back. */
export type BrokenLine = Running &
  Readonly<{
    halt: (halted: boolean) => void
    /** What is asked arrives; instead of the answer the connection ends. */
    loseAnswers: (lost: boolean) => void
  }>

/** Opens a line to a port of loopback, on a port of its own. */
export async function openLine(port: number): Promise<BrokenLine> {
  let [isHalted, isLosing] = [false, false]
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    if (isHalted) return void socket.destroy()
    const onward = connect(port, '127.0.0.1')
    sockets.add(socket)
    const end = (): void => {
      socket.destroy()
      onward.destroy()
      sockets.delete(socket)
    }
    for (const one of [socket, onward]) one.on('error', end).on('close', end)
    socket.on('data', (chunk) => onward.write(chunk))
    onward.on('data', (chunk) => (isLosing ? end() : socket.write(chunk)))
  })
  return {
    ...(await listen(server)),
    halt: (halted) => {
      isHalted = halted
      if (halted) for (const socket of sockets) socket.destroy()
    },
    loseAnswers: (lost) => (isLosing = lost),
  }
}
