import { AckWindow, WINDOW_BYTES_DEFAULT } from './ack-window.ts';
import { type ChunkLimits, STRANGER_CHUNK_LIMITS } from './chunk-limits.ts';
import { ChunkReader } from './chunk-reader.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { ServerHandshake } from './handshake.ts';
import {
  acknowledgement,
  MESSAGE,
  pingResponse,
  type RtmpMessage,
  readPingRequest,
  readWindowAckSize,
  windowAckSize,
} from './message.ts';

export interface RtmpWireOptions {
  /** HANDSHAKE_RANDOM_BYTES of it. */
  readonly random: Uint8Array;
  readonly nowMs: number;
  /** Bytes for the peer, in order. */
  send(bytes: Uint8Array): void;
  /** Another chunk has begun. May throw RtmpError, for one too many. */
  onChunk(): void;
}

/** What came over the wire for somebody else: the end of the handshake, once, and then messages. */
export type WireInput = { readonly kind: 'handshaken' } | { readonly kind: 'message'; readonly message: RtmpMessage };

/**
 * The part of RTMP below commands and media: handshake, chunks, acknowledgements and pings, which it answers itself.
 * Its calls throw RtmpError and nothing else.
 */
export class RtmpWire {
  readonly #sendBytes: (bytes: Uint8Array) => void;
  readonly #chunks: ChunkReader;
  readonly #writer = new ChunkWriter();
  readonly #window = new AckWindow();
  /** Gone once it is done. */
  #handshake: ServerHandshake | undefined;
  #announcedWindowBytes = WINDOW_BYTES_DEFAULT;
  #messageCount = 0;

  constructor({ random, nowMs, send, onChunk }: RtmpWireOptions) {
    this.#chunks = new ChunkReader(STRANGER_CHUNK_LIMITS, onChunk);
    this.#handshake = new ServerHandshake({ random, nowMs });
    this.#sendBytes = send;
  }

  /** Bytes of messages that nobody has asked for yet. */
  get unreadBytes(): number {
    return this.#chunks.unreadBytes;
  }

  /** Messages since this was asked last, those included that it answered itself. */
  takeMessageCount(): number {
    const count = this.#messageCount;
    this.#messageCount = 0;
    return count;
  }

  setLimits(limits: ChunkLimits): void {
    this.#chunks.setLimits(limits);
  }

  receive(bytes: Uint8Array): void {
    if (this.#handshake === undefined) this.#receiveChunks(bytes);
    else this.#handshake.push(bytes);
  }

  /** `undefined` while more bytes are needed. */
  next(): WireInput | undefined {
    if (this.#handshake !== undefined) return this.#shakeHands(this.#handshake);
    for (let message = this.#chunks.next(); message !== undefined; message = this.#chunks.next()) {
      this.#messageCount++;
      if (!this.#obey(message)) return { kind: 'message', message };
    }
    return undefined;
  }

  send(...messages: readonly RtmpMessage[]): void {
    for (const message of messages) this.#sendBytes(this.#writer.write(message));
  }

  /** Tells the peer how large our chunks are from now on. */
  sendChunkSize(sizeBytes: number): void {
    this.#sendBytes(this.#writer.writeChunkSize(sizeBytes));
  }

  #shakeHands(handshake: ServerHandshake): WireInput | undefined {
    for (let output = handshake.next(); output !== undefined; output = handshake.next()) {
      if (output.kind === 'send') this.#sendBytes(output.bytes);
      else {
        this.#handshake = undefined;
        this.#receiveChunks(handshake.takeRest());
        return { kind: 'handshaken' };
      }
    }
    return undefined;
  }

  #receiveChunks(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    const receivedBytes = this.#window.receive(bytes.length);
    if (receivedBytes !== undefined) this.send(acknowledgement(receivedBytes));
  }

  /** `true` for messages that are about the wire itself. */
  #obey({ typeId, payload }: RtmpMessage): boolean {
    switch (typeId) {
      case MESSAGE.windowAckSize:
        this.#window.setWindow(readWindowAckSize(payload));
        return true;
      case MESSAGE.setPeerBandwidth: {
        // RTMP 1.0 §5.4.5: answered with our own window, if it is to be another than the last one.
        const windowBytes = readWindowAckSize(payload);
        if (windowBytes !== this.#announcedWindowBytes) this.send(windowAckSize(windowBytes));
        this.#announcedWindowBytes = windowBytes;
        return true;
      }
      case MESSAGE.userControl: {
        const pingMs = readPingRequest(payload);
        if (pingMs !== undefined) this.send(pingResponse(pingMs));
        return true;
      }
      case MESSAGE.acknowledgement:
        return true;
      default:
        return false;
    }
  }
}
