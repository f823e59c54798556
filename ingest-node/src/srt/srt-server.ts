import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { SERVER_DRAINING, SERVER_FULL, TOO_MANY_OF_ADDRESS } from '../rtmp/refusal-sentences.ts';
import { ConnectionCount } from '../server/connection-count.ts';
import type { PublishHandler, PublishRefusal, PublishRefusalCode } from '../server/publisher.ts';
import { spawnTranscoderChild } from '../transcode/transcoder.ts';
import { HANDSHAKE_TYPE, type Handshake, readHandshake } from './handshake.ts';
import { inductionAnswer } from './induction.ts';
import { CONTROL, DATAGRAM_BYTES_MAX, readPacketHeader } from './packet.ts';
import { receiverCommand } from './receiver-command.ts';
import { RefusalMemory } from './refusal-memory.ts';
import { SrtConnection } from './srt-connection.ts';
import { SrtError } from './srt-error.ts';
import { SRT_SERVER_LIMITS, type SrtServerLimits } from './srt-limits.ts';
import { type SrtPeer, SrtPort } from './srt-port.ts';
import { SynCookies } from './syn-cookie.ts';

/** A port for encoders that cannot set a stream id. */
export interface SrtPortKey {
  /** 0 for any free one. */
  readonly port: number;
  /** Secret. */
  readonly streamKey: string;
}

export interface SrtServerOptions {
  readonly host: string;
  /** UDP; 0 for any free one. */
  readonly port: number;
  readonly portKeys?: readonly SrtPortKey[];
  readonly onPublish: PublishHandler;
  readonly logger: Logger;
  readonly limits?: Partial<SrtServerLimits>;
  /** A process of `receiverCommand`, loaded already (see WarmChild). Without it one is started. */
  takeReceiver?(): ChildProcess;
  /** Connections that publish or ask to, at each change. */
  onConnections?(count: number): void;
  /** From publishers who were let in. */
  onReceived?(bytes: number): void;
  onRefused?(code: PublishRefusalCode): void;
}

const COOKIE_SECRET_BYTES = 32;

/** SRT over UDP: one port for all channels, and if need be one more for each encoder that cannot say which is its. */
export class SrtServer {
  readonly #options: SrtServerOptions;
  readonly #limits: SrtServerLimits;
  readonly #cookies = new SynCookies(randomBytes(COOKIE_SECRET_BYTES));
  readonly #memory: RefusalMemory;
  readonly #count = new ConnectionCount();
  readonly #ports: SrtPort[] = [];
  /** By port, the publisher's address and the publisher's socket: for handshakes. */
  readonly #byPublisher = new Map<string, SrtConnection>();
  /** By port, the publisher's address and the receiver's socket: for everything else. */
  readonly #byReceiver = new Map<string, SrtConnection>();
  /** Ended ones, oldest first. */
  readonly #lingering = new Set<SrtConnection>();
  readonly #releases = new Set<Promise<void>>();
  #isAccepting = true;

  /** Rejects with Node's own error when a port is taken. */
  static async listen(options: SrtServerOptions): Promise<SrtServer> {
    const server = new SrtServer(options);
    try {
      await server.#listen();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  private constructor(options: SrtServerOptions) {
    this.#options = options;
    this.#limits = { ...SRT_SERVER_LIMITS, ...options.limits };
    this.#memory = new RefusalMemory(options.onPublish, () => performance.now());
  }

  get port(): number {
    return this.#ports[0]?.number ?? this.#options.port;
  }

  /** Those of `portKeys`, in the same order. */
  get portKeyPorts(): readonly number[] {
    return this.#ports.slice(1).map((port) => port.number);
  }

  /** Nobody new is let in; live ones go on. */
  stopAccepting(): void {
    if (!this.#isAccepting) return;
    this.#isAccepting = false;
    for (const connection of [...this.#byPublisher.values()]) {
      if (!connection.isLive) connection.close(SERVER_DRAINING);
    }
  }

  /** Ends every connection. Resolves when no socket, no timer and no process is left. */
  async close(): Promise<void> {
    this.stopAccepting();
    for (const connection of [...this.#byPublisher.values()]) connection.close(SERVER_DRAINING);
    for (const connection of [...this.#byPublisher.values()]) connection.forget();
    // What was just said is on its way only after this turn.
    await nextTurn();
    await Promise.all(this.#ports.splice(0).map((port) => port.close()));
    await Promise.all(this.#releases);
  }

  async #listen(): Promise<void> {
    const { host, port, portKeys = [], logger } = this.#options;
    const wanted = [{ port }, ...portKeys.map(({ port, streamKey }) => ({ port, portKey: streamKey }))];
    for (const one of wanted) {
      const opened = await SrtPort.open({
        ...one,
        host,
        logger,
        bufferBytes: this.#limits.socketBufferBytes,
        onDatagram: (datagram, peer, at) => this.#receive(datagram, peer, at),
      });
      this.#ports.push(opened);
    }
  }

  /** What is not SRT, not meant for us, or has a wrong cookie is not worth an answer: silence cannot be amplified. */
  #receive(datagram: Uint8Array, peer: SrtPeer, at: SrtPort): void {
    if (datagram.length > DATAGRAM_BYTES_MAX) return;
    try {
      const header = readPacketHeader(datagram);
      if (header.kind === 'control' && header.type === CONTROL.handshake) this.#shake(datagram, peer, at);
      else this.#byReceiver.get(keyOf(at, peer, header.destinationId))?.receive(datagram);
    } catch (error) {
      if (!(error instanceof SrtError)) throw error;
      this.#options.logger.debug({ code: error.code, ...logged(peer) }, 'an SRT packet was not understood');
    }
  }

  #shake(datagram: Uint8Array, peer: SrtPeer, at: SrtPort): void {
    const handshake = readHandshake(datagram);
    if (handshake.type === HANDSHAKE_TYPE.induction) {
      // Nothing is remembered of it.
      at.send(inductionAnswer(handshake, this.#cookies.cookieFor(ownerOf(peer), Date.now())), peer);
      return;
    }
    if (handshake.type !== HANDSHAKE_TYPE.conclusion) return;
    if (!this.#cookies.isValid(handshake.cookie, ownerOf(peer), Date.now())) return;
    const connection = this.#byPublisher.get(keyOf(at, peer, handshake.socketId));
    if (connection === undefined) this.#open(datagram, handshake, peer, at);
    else connection.receive(datagram);
  }

  #open(conclusion: Uint8Array, handshake: Handshake, peer: SrtPeer, at: SrtPort): void {
    const { clientAddress, clientPort } = peer;
    const publisherKey = keyOf(at, peer, handshake.socketId);
    const refusal = this.#refusalFor(clientAddress);
    let receiverKey: string | undefined;
    const connection = new SrtConnection({
      clientAddress,
      clientPort,
      conclusion,
      limits: this.#limits,
      logger: this.#options.logger.child(logged(peer)),
      ...(at.portKey === undefined ? {} : { portKey: at.portKey }),
      ...(refusal === undefined ? {} : { refusal }),
      onPublish: this.#memory.publish,
      takeReceiver: () => this.#options.takeReceiver?.() ?? spawnTranscoderChild(receiverCommand(process.execPath)),
      send: (datagram) => at.send(datagram, peer),
      onReceived: (bytes) => this.#options.onReceived?.(bytes),
      onRefused: (code) => this.#options.onRefused?.(code),
      onJoined: (receiverId) => {
        receiverKey = keyOf(at, peer, receiverId);
        this.#byReceiver.set(receiverKey, connection);
      },
      onEnded: () => this.#ended(connection, clientAddress),
      onClosed: () => {
        this.#lingering.delete(connection);
        this.#byPublisher.delete(publisherKey);
        if (receiverKey !== undefined) this.#byReceiver.delete(receiverKey);
      },
    });
    this.#byPublisher.set(publisherKey, connection);
    this.#count.add(clientAddress);
    this.#options.onConnections?.(this.#count.total);
    connection.start();
  }

  #ended(connection: SrtConnection, clientAddress: string): void {
    this.#count.remove(clientAddress);
    this.#options.onConnections?.(this.#count.total);
    this.#lingering.add(connection);
    const [oldest] = this.#lingering;
    if (this.#lingering.size > this.#limits.lingeringMax) oldest?.forget();
    const released = connection.released.then(() => {
      this.#releases.delete(released);
    });
    this.#releases.add(released);
  }

  #refusalFor(address: string): PublishRefusal | undefined {
    if (!this.#isAccepting) return SERVER_DRAINING;
    if (this.#count.total >= this.#limits.connectionsMax) return SERVER_FULL;
    return this.#count.of(address) >= this.#limits.connectionsPerAddressMax ? TOO_MANY_OF_ADDRESS : undefined;
  }
}

function keyOf(at: SrtPort, { clientAddress, clientPort }: SrtPeer, socketId: number): string {
  return `${at.number} ${clientAddress} ${clientPort} ${socketId}`;
}

function ownerOf({ clientAddress, clientPort }: SrtPeer): { address: string; port: number } {
  return { address: clientAddress, port: clientPort };
}

function logged({ clientAddress, clientPort }: SrtPeer): { clientAddress: string; clientPort: number } {
  return { clientAddress, clientPort };
}
