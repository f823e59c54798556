/**
 * Stands in for a receiver that was taken over, with a socket like libsrt's: tries what it must not be able to do and
 * writes to pipe 4 what came of each. Without SLUICE_TEST_CONFINE it does so unconfined, to show that the attempts are
 * real ones.
 */
import { writeSync } from 'node:fs';
import koffi from 'koffi';
import { loadConfine } from '../../transcode/confinement/confine.ts';
import { ATTEMPTS, raw } from '../../transcode/confinement/fixtures/forbidden-things.ts';
import { onceListening } from './receiver-rules.ts';

const TO_PARENT_FD = 4;
const AF_INET = 2;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;
const SOL_SOCKET = 1;
const SO_BROADCAST = 6;
const LOOPBACK = [127, 0, 0, 1] as const;
/** TEST-NET-1 (RFC 5737): nobody has it. */
const ELSEWHERE = [192, 0, 2, 1] as const;
const PORT = 9;

const addressOf = (bytes: Uint8Array): number => Number(koffi.address(bytes));

/** `struct sockaddr_in`. */
function socketAddress(host: readonly number[], port: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint16(0, AF_INET, true);
  bytes.set([port >> 8, port & 0xff, ...host], 2);
  return bytes;
}

/** `struct msghdr` with an address and one piece of content. */
function message(address: Uint8Array, content: Uint8Array): Uint8Array {
  const piece = new Uint8Array(16);
  const pieceView = new DataView(piece.buffer);
  pieceView.setBigUint64(0, koffi.address(content), true);
  pieceView.setBigUint64(8, BigInt(content.length), true);
  const head = new Uint8Array(56);
  const view = new DataView(head.buffer);
  view.setBigUint64(0, koffi.address(address), true);
  view.setUint32(8, address.length, true);
  view.setBigUint64(16, koffi.address(piece), true);
  view.setBigUint64(24, 1n, true);
  held.push(address, content, piece, head);
  return head;
}

/** What the kernel is given addresses of. */
const held: Uint8Array[] = [];
const syscall = koffi.load(null).func('int socket(int family, int type, int protocol)');
const socket = Number(syscall(AF_INET, SOCK_DGRAM, 0));
const anyPort = socketAddress(LOOPBACK, 0);
raw('bind', socket, addressOf(anyPort), anyPort.length);
const own = socketAddress(LOOPBACK, 0);
const ownBytes = Uint8Array.of(own.length, 0, 0, 0);
const sendTo = (address: Uint8Array): string =>
  raw('sendmsg', socket, addressOf(message(address, Uint8Array.of(1, 2, 3))), 0);
const receive = (): string =>
  raw('recvmsg', socket, addressOf(message(new Uint8Array(16), new Uint8Array(8))), MSG_DONTWAIT);
const elsewhere = socketAddress(ELSEWHERE, PORT);

const MORE: Readonly<Record<string, () => string>> = {
  'bind a socket': () => raw('bind', socket, addressOf(anyPort), anyPort.length),
  'connect its socket': () => raw('connect', socket, addressOf(elsewhere), elsewhere.length),
  'listen on its socket': () => raw('listen', socket, 1),
  'accept a connection': () => raw('accept', socket, 0, 0),
  'accept a connection, newer': () => raw('accept4', socket, 0, 0, 0),
  'change its socket': () => raw('setsockopt', socket, SOL_SOCKET, SO_BROADCAST, addressOf(ownBytes), 4),
  'make two sockets': () => raw('socketpair', 1, 1, 0, 0),
  'send many datagrams': () => raw('sendmmsg', socket, 0, 0, 0),
};

const confine = await loadConfine();
const isConfined = process.env.SLUICE_TEST_CONFINE !== undefined;
const confinement = isConfined ? confine(onceListening(process.pid)) : undefined;
const attempts = Object.entries({ ...MORE, ...ATTEMPTS });
/** What libsrt must still be able to do: learn its address, wait, send a datagram and receive it. */
const allowed = [
  raw('getsockname', socket, addressOf(own), addressOf(ownBytes)),
  raw('epoll_create1', 0),
  sendTo(own),
  receive(),
];
/** The call is allowed; a socket of the loopback interface reaches nobody beyond. */
const beyond = sendTo(elsewhere);
const outcomes = Object.fromEntries(attempts.map(([what, act]) => [what, act()]));
const works = allowed.every((outcome) => outcome === 'done') && new DataView(own.buffer).getUint16(2) > 0;
writeSync(TO_PARENT_FD, JSON.stringify({ confinement, outcomes, works, beyond }));
process.kill(process.pid, 'SIGKILL');
