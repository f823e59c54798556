import type { PublishRefusal } from '../server/publisher.ts';
import { type ClientCapabilities, NO_CAPABILITIES, readClientCapabilities } from './capabilities.ts';
import type { RtmpCommand } from './command.ts';
import { connectAccepted, connectRejected, failure, result } from './command-answer.ts';
import type { RtmpMessage } from './message.ts';
import { MessageStreams } from './message-streams.ts';

const STREAMS_FULL = 'This connection has created as many streams as it may.';

/** What a client says of its connection, and the streams that it has on it (RTMP 1.0 §7.2.1, "NetConnection Commands"). */
export class NetConnection {
  readonly #streams: MessageStreams;
  /** Said to `connect` instead of a yes. */
  readonly refusal: PublishRefusal | undefined;
  #app = '';
  #capabilities: ClientCapabilities = NO_CAPABILITIES;

  constructor(options: { readonly messageStreamsMax: number; readonly refusal: PublishRefusal | undefined }) {
    this.#streams = new MessageStreams(options.messageStreamsMax);
    this.refusal = options.refusal;
  }

  /** The application, which may end in a stream key. Secret. */
  get app(): string {
    return this.#app;
  }

  get canReconnect(): boolean {
    return this.#capabilities.canReconnect;
  }

  get streamCount(): number {
    return this.#streams.count;
  }

  connect(command: RtmpCommand): readonly RtmpMessage[] {
    if (this.refusal !== undefined) return connectRejected(command, this.refusal.sentence);
    const app = command.object.get('app');
    this.#app = typeof app === 'string' ? app : '';
    this.#capabilities = readClientCapabilities(command.object);
    return connectAccepted(command, this.#capabilities);
  }

  createStream(command: RtmpCommand): readonly RtmpMessage[] {
    const id = this.#streams.create();
    return id === undefined ? failure(command, STREAMS_FULL) : result(command, id);
  }

  /** Deleting what is not there is harmless. */
  deleteStream(messageStreamId: number): void {
    this.#streams.delete(messageStreamId);
  }
}
