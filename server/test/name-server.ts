import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { kindOfAddress } from '../src/shell/outbound/ip-address.ts'

/** A name server on this machine: DNS over UDP, with the records that a test gives it. */
export type NameServer = AsyncDisposable &
  Readonly<{
    /** `address:port`, as resolvers take it. */
    address: string
    /** Every question so far, such as `hook.example A`. */
    asked: readonly string[]
  }>

/** The addresses of a name (IPv4 and IPv6 as they come), or none: then it does not exist. */
export type Records = (name: string) => readonly string[]

const TYPES = new Map([
  [1, 'A'],
  [28, 'AAAA'],
])
const HEADER_BYTES = 12
const NO_SUCH_NAME = 3

/**
 * Starts a name server whose answers hold for no time at all, as those of one who rebinds do.
 *
 * @see RFC 1035 §4.1 for the form of messages, RFC 3596 for AAAA
 */
export async function startNameServer(records: Records): Promise<NameServer> {
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (question: Buffer, { port, address }: RemoteInfo) => {
    const { name, type, end } = readQuestion(question)
    asked.push(`${name} ${type}`)
    const all = records(name)
    const wanted = all.filter((one) => type === (one.includes(':') ? 'AAAA' : 'A'))
    const head = Buffer.from(question.subarray(0, HEADER_BYTES))
    // An answer, from the one who knows; recursion is there.
    head.writeUInt16BE(0x8580 | (all.length === 0 ? NO_SUCH_NAME : 0), 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(wanted.length, 6)
    head.writeUInt32BE(0, 8)
    const said = [head, question.subarray(HEADER_BYTES, end), ...wanted.map(addressRecord)]
    socket.send(Buffer.concat(said), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function readQuestion(message: Buffer): Readonly<{ name: string; type: string; end: number }> {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const type = TYPES.get(message.readUInt16BE(at + 1)) ?? 'other'
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 }
}

function addressRecord(address: string): Buffer {
  const bytes = address.includes(':')
    ? bytesOfV6(address)
    : Buffer.from(address.split('.').map(Number))
  const head = Buffer.alloc(12)
  // The name is that of the question, at its place in the message.
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0)
  head.writeUInt16BE(address.includes(':') ? 28 : 1, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(0, 6)
  head.writeUInt16BE(bytes.length, 10)
  return Buffer.concat([head, bytes])
}

/** The sixteen bytes of an IPv6 address without a dotted quad. */
function bytesOfV6(address: string): Buffer {
  if (kindOfAddress(address) === undefined) throw new Error(`${address} is no address`)
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const zeros = 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array.from({ length: zeros }, () => '0'), ...groups(tail)]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}
