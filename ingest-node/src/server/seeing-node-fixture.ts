import { type Logger, pino } from 'pino';
import type { TrackSamples } from '../media/encoded-track.ts';
import type { SourceEvent } from '../media/source.ts';
import type { SrtFigures } from '../srt/srt-figures.ts';
import { Changes } from './changes-fixture.ts';
import type {
  PublishAnswer,
  PublishAttempt,
  PublishEnd,
  PublisherHandle,
  PublishHandler,
  PublishRefusalCode,
} from './publisher.ts';

export const HOST = '127.0.0.1';

/** One attempt as the node saw it. */
export interface SeenPublisher {
  readonly attempt: PublishAttempt;
  readonly handle: PublisherHandle;
  readonly events: SourceEvent[];
  readonly tracks: TrackSamples[];
  readonly warnings: string[];
  readonly figures: SrtFigures[];
  readonly ends: PublishEnd[];
}

export interface SeeingNodeOptions {
  /** Without it, everybody is let in. */
  readonly answer?: (seen: SeenPublisher) => Promise<PublishAnswer>;
  readonly onEvent?: (event: SourceEvent, seen: SeenPublisher) => void;
  readonly passphrase?: string;
  readonly ingestBitrateBpsMax?: number;
}

/** What is behind a server under test: a node that writes down what it is told. */
export class SeeingNode {
  readonly publishers: SeenPublisher[] = [];
  readonly refused: PublishRefusalCode[] = [];
  readonly connections: number[] = [];
  receivedBytes = 0;
  /** For whichever server, with a port of its own choice. */
  readonly serverOptions: {
    readonly host: string;
    readonly port: number;
    readonly logger: Logger;
    readonly onPublish: PublishHandler;
    onConnections(count: number): void;
    onReceived(bytes: number): void;
    onRefused(code: PublishRefusalCode): void;
  };
  readonly #changes = new Changes();
  readonly #options: SeeingNodeOptions;

  constructor(options: SeeingNodeOptions) {
    this.#options = options;
    this.serverOptions = {
      host: HOST,
      port: 0,
      logger: pino({ level: 'silent' }),
      onPublish: async (attempt, handle) => {
        const seen: SeenPublisher = { attempt, handle, events: [], tracks: [], warnings: [], figures: [], ends: [] };
        this.#note(() => this.publishers.push(seen));
        return (await options.answer?.(seen)) ?? this.yes(seen);
      },
      onConnections: (count) => this.#note(() => this.connections.push(count)),
      onReceived: (bytes) => this.#note(() => (this.receivedBytes += bytes)),
      onRefused: (code) => this.#note(() => this.refused.push(code)),
    };
  }

  /** A yes whose sink writes down what comes. */
  yes(seen: SeenPublisher): PublishAnswer {
    const { passphrase, ingestBitrateBpsMax, onEvent } = this.#options;
    return {
      ok: true,
      ...(passphrase !== undefined && { srtPassphrase: passphrase }),
      ...(ingestBitrateBpsMax !== undefined && { ingestBitrateBpsMax }),
      sink: {
        onEvent: (event) => {
          if (event.kind === 'samples') {
            this.#note(() => seen.tracks.push(event));
            return;
          }
          this.#note(() => seen.events.push(event));
          onEvent?.(event, seen);
        },
        onWarning: (sentence) => this.#note(() => seen.warnings.push(sentence)),
        onFigures: (figures) => this.#note(() => seen.figures.push(figures)),
        onEnd: (end) => this.#note(() => seen.ends.push(end)),
      },
    };
  }

  until(isSo: () => boolean): Promise<void> {
    return this.#changes.until(isSo);
  }

  /** The publisher of this number, once it has asked. */
  async publisher(index = 0): Promise<SeenPublisher> {
    await this.until(() => this.publishers.length > index);
    const seen = this.publishers[index];
    if (seen === undefined) throw new Error('no publisher');
    return seen;
  }

  /** How a publisher ended, once it has. */
  async endOf(index = 0): Promise<PublishEnd> {
    const { ends } = await this.publisher(index);
    await this.until(() => ends.length > 0);
    const [end] = ends;
    if (end === undefined) throw new Error('no end');
    return end;
  }

  #note(write: () => unknown): void {
    write();
    this.#changes.happened();
  }
}

/** A logger of every level that keeps its lines. */
export function keepingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { logger: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }), lines };
}
