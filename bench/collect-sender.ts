/** Sends NetFlow v9 to a port at a rate: `node bench/collect-sender.ts PORT RECORDS_A_SECOND SECONDS`; 30 records of 20 fields a datagram. Prints how many it sent. */
import { createSocket } from 'node:dgram'
import { RECORDS, templateDatagram, usualDatagrams } from './netflow-traffic.ts'

const [port = 2055, rate = 100_000, seconds = 10] = process.argv.slice(2).map(Number)
const TURN_MS = 2
const datagrams = usualDatagrams()
const socket = createSocket('udp4')
// A collector that is not there yet, or not any more, is told by ICMP.
socket.on('error', () => undefined)
socket.connect(port, '127.0.0.1', () => {
  socket.send(templateDatagram())
  const begin = performance.now()
  let sent = 0
  const end = () => {
    socket.close()
    console.log(sent * RECORDS)
  }
  const turn = () => {
    const dueMs = Math.min(performance.now() - begin, seconds * 1000)
    for (const due = (dueMs / 1000) * (rate / RECORDS); sent < due; sent++) socket.send(datagrams[sent % datagrams.length]!)
    if (dueMs < seconds * 1000) setTimeout(turn, TURN_MS)
    else setTimeout(end, 200)
  }
  setTimeout(turn, 500)
})
