import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export const LOOPBACK = '127.0.0.1';

/**
 * A UDP port on the loopback address that was free just now. The receiver takes it a moment later; when somebody was
 * quicker, it cannot listen, and the publisher's next attempt gets another port.
 */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** A socket to a receiver. What cannot be sent is lost, as on any network: SRT sends it again. */
export async function openRelay(
  port: number,
  options: { readonly bufferBytes: number; onDatagram(datagram: Uint8Array): void },
): Promise<Socket> {
  const socket = createSocket('udp4');
  // A receiver that does not listen yet, or no longer: each datagram to it comes back as an error.
  socket.on('error', () => {});
  socket.on('message', (datagram) => options.onDatagram(datagram));
  socket.connect(port, LOOPBACK);
  await once(socket, 'connect');
  askForBuffer(socket, options.bufferBytes);
  return socket;
}

/** The kernel gives what it is allowed to; less means that a burst may cost packets, which SRT sends again. */
export function askForBuffer(socket: Socket, bufferBytes: number): void {
  try {
    socket.setRecvBufferSize(bufferBytes);
  } catch {
    // Some systems refuse what is above their maximum instead of giving that.
  }
}
