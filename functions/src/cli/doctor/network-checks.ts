import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { judgeCertificate } from './certificate.ts';
import { type Check, DNS, type Finding } from './check.ts';
import { type HostPort, hostPortText } from './host-port.ts';
import { certificateOf, openTcp, openTls } from './open-socket.ts';
import { RTMP_RANDOM_BYTES, type RtmpAnswer, readRtmpAnswer, rtmpGreeting } from './rtmp-handshake.ts';
import { readSrtAnswer, srtInduction } from './srt-induction.ts';

/** A datagram may be lost: it is sent again after so long. */
const SRT_AGAIN_MS = 500;
/** A handshake's answer is 3,073 bytes; who sends much more speaks something else. */
const ANSWER_BYTES_MAX = 65_536;

/** What a name stands for. */
export function dnsCheck(about: string, host: string): Check[] {
  if (isIP(host) !== 0) return [];
  const look = async (): Promise<Finding[]> => {
    const found = await lookup(host, { all: true });
    const kinds = found.map(({ address, family }) => `${family === 6 ? 'AAAA' : 'A'} ${address}`);
    return [{ point: DNS, verdict: 'ok', says: [...new Set(kinds)].join(', ') }];
  };
  return [{ about, point: DNS, advice: `Make A and AAAA records for ${host}, or correct the name.`, look }];
}

/** Whether the certificate at a port is good. */
export function certificateCheck(about: string, target: HostPort, nowMs: () => number): Check {
  const look = async (signal: AbortSignal) => {
    const socket = await openTls(target, signal);
    return [judgeCertificate(certificateOf(socket, target.host), nowMs())];
  };
  const advice = `Have TLS served at ${hostPortText(target)}, and let it through the firewall.`;
  return { about, point: 'certificate', advice, look };
}

/** Whether a port is open, and RTMP is spoken there; over TLS for RTMPS. */
export function rtmpCheck(about: string, target: HostPort, security: 'plain' | 'tls'): Check {
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const socket = security === 'tls' ? await openTls(target, signal) : await openTcp(target, signal);
    const port: Finding = { point: 'port', verdict: 'ok', says: `${hostPortText(target)} is open` };
    return [port, judgeRtmp(await shakeHands(socket, signal))];
  };
  const advice = `Let TCP ${target.port} through (firewall, load balancer), and see that an ingest node runs behind it.`;
  return { about, point: 'port', advice, look };
}

/** All addresses of a name. Rejects as Node's own look-up does. */
export type LookUp = (host: string) => Promise<readonly LookupAddress[]>;

const lookUpAll: LookUp = (host) => lookup(host, { all: true });

/** Whether SRT is spoken at a UDP port. */
export function srtCheck(about: string, target: HostPort, lookUp: LookUp = lookUpAll): Check {
  const look = async (signal: AbortSignal): Promise<Finding[]> => {
    const socketId = randomInt(1, 2 ** 30);
    const question = srtInduction(socketId);
    const datagram = await askUdp({ ...target, lookUp }, question, signal);
    if (readSrtAnswer(datagram, socketId) === 'srt') {
      return [{ point: 'handshake', verdict: 'ok', says: `SRT is spoken at UDP ${hostPortText(target)}` }];
    }
    const advice = 'Something else listens there: name the port of SRT (8890, where nobody says otherwise).';
    return [{ point: 'handshake', verdict: 'fail', says: 'the answer is not SRT', advice }];
  };
  const advice = `Let UDP ${target.port} through (firewall, load balancer), and see that an ingest node runs behind it.`;
  return { about, point: 'handshake', advice, look };
}

async function shakeHands(socket: Socket, signal: AbortSignal): Promise<RtmpAnswer | { kind: 'closed' }> {
  const greeting = rtmpGreeting(randomBytes(RTMP_RANDOM_BYTES));
  socket.write(greeting);
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    signal.throwIfAborted();
    if (!(chunk instanceof Uint8Array)) continue;
    bytes = Buffer.concat([bytes, chunk]);
    const answer = readRtmpAnswer(greeting, bytes);
    if (answer.kind === 'rtmp') socket.end(answer.c2);
    if (answer.kind !== 'incomplete' || bytes.length > ANSWER_BYTES_MAX) return answer;
  }
  signal.throwIfAborted();
  return { kind: 'closed' };
}

function judgeRtmp(answer: RtmpAnswer | { kind: 'closed' }): Finding {
  const point = 'handshake';
  if (answer.kind === 'rtmp') return { point, verdict: 'ok', says: 'RTMP is spoken there' };
  const advice = 'Something else listens there, or closes at once: name the port of an ingest node.';
  const says = answer.kind === 'closed' ? 'the connection was closed' : 'the answer is not RTMP';
  return { point, verdict: 'fail', says, advice };
}

/** The first answer of any address that a name has, as TCP connects: one of a family without a way there is no fault. */
async function askUdp(
  { host, port, lookUp }: HostPort & { readonly lookUp: LookUp },
  question: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const addresses = await lookUp(host);
  // A look-up cannot be aborted: nobody is there any more who would close a socket.
  signal.throwIfAborted();
  const answered = new AbortController();
  const either = AbortSignal.any([signal, answered.signal]);
  try {
    return await Promise.any(addresses.map((address) => askAddress(address, port, question, either)));
  } finally {
    answered.abort();
  }
}

/** What one address answers. Rejects with Node's own error, or with the signal's reason. */
async function askAddress(
  { address, family }: LookupAddress,
  port: number,
  question: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  try {
    const answer = Promise.withResolvers<Uint8Array>();
    socket.once('message', answer.resolve);
    // Of a port that is closed the other machine's ICMP says so, to a socket that is connected.
    socket.once('error', answer.reject);
    signal.addEventListener('abort', () => answer.reject(signal.reason), { once: true });
    socket.connect(port, address, () => void askAgainAndAgain(() => socket.send(question), either));
    return await answer.promise;
  } finally {
    ended.abort();
    socket.close();
  }
}

async function askAgainAndAgain(ask: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    ask();
    await sleep(SRT_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}
