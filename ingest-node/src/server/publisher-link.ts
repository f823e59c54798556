import type { PublishedEvent } from '../media/source.ts';
import type { SrtFigures } from '../srt/srt-figures.ts';
import type {
  PublishAnswer,
  PublishAttempt,
  PublishEnd,
  PublisherHandle,
  PublishHandler,
  PublishRefusal,
  PublishSink,
} from './publisher.ts';

const INTERNAL_ERROR: PublishRefusal = {
  code: 'internal-error',
  sentence: 'Something went wrong on the server. Try again in a moment.',
};

/**
 * Different sentences that one publisher is told. Some quote what it sent, so that each could be new: more than these
 * are kept nowhere, and tell nobody anything.
 */
const WARNINGS_MAX = 64;

export interface PublisherLinkOptions {
  readonly attempt: PublishAttempt;
  readonly onPublish: PublishHandler;
  /** The handler's yes, while the publisher is still there. */
  onGranted(answer: Extract<PublishAnswer, { ok: true }>): void;
  /** The handler's no, or a live publisher is to be sent away. */
  onRefused(refusal: PublishRefusal): void;
  onPaused(isPaused: boolean): void;
  /** Something of ours threw. */
  onFault(error: unknown): void;
}

/**
 * What is between one attempt to publish and the node: keeps the promises of `publisher.ts`, whatever the order in which
 * the answer, the media, the end and the handle's calls come. It knows no protocol.
 */
export class PublisherLink {
  readonly #options: PublisherLinkOptions;
  #state: 'asking' | 'live' | 'ended' = 'asking';
  #sink: PublishSink | undefined;
  /** Why it ended before the answer came. */
  #earlyEnd: PublishEnd | undefined;
  readonly #warned = new Set<string>();

  constructor(options: PublisherLinkOptions) {
    this.#options = options;
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  /** Asks the handler. Resolves when its answer has been dealt with; never rejects. */
  async ask(): Promise<void> {
    const { attempt, onPublish } = this.#options;
    try {
      this.#take(await onPublish(attempt, this.#handle()));
    } catch (error) {
      this.#fail(error);
    }
  }

  deliver(event: PublishedEvent): void {
    this.#callSink((sink) => sink.onEvent(event));
  }

  heard(): void {
    this.#callSink((sink) => sink.onHeard?.());
  }

  warn(sentence: string): void {
    if (this.#warned.has(sentence) || this.#warned.size >= WARNINGS_MAX) return;
    this.#warned.add(sentence);
    this.#callSink((sink) => sink.onWarning?.(sentence));
  }

  report(figures: SrtFigures): void {
    this.#callSink((sink) => sink.onFigures?.(figures));
  }

  end(end: PublishEnd): void {
    if (this.#state === 'ended') return;
    const sink = this.#sink;
    if (sink === undefined) this.#earlyEnd = end;
    this.#state = 'ended';
    this.#sink = undefined;
    if (sink !== undefined) this.#tell(() => sink.onEnd(end));
  }

  #take(answer: PublishAnswer): void {
    const earlyEnd = this.#earlyEnd;
    if (!answer.ok) {
      if (this.#state === 'asking') this.#options.onRefused(answer.refusal);
    } else if (earlyEnd !== undefined) {
      answer.sink.onEnd(earlyEnd);
    } else {
      this.#state = 'live';
      this.#sink = answer.sink;
      this.#options.onGranted(answer);
    }
  }

  #handle(): PublisherHandle {
    const isGone = () => this.#state === 'ended';
    const ifHere = (act: () => void): void => {
      if (!isGone()) act();
    };
    return {
      get isGone() {
        return isGone();
      },
      close: (refusal) => ifHere(() => this.#options.onRefused(refusal)),
      setPaused: (isPaused) => ifHere(() => this.#options.onPaused(isPaused)),
    };
  }

  #callSink(call: (sink: PublishSink) => void): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    try {
      call(sink);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A sink that throws at its end has nothing left to be ended. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #fail(error: unknown): void {
    this.#options.onFault(error);
    if (this.#state !== 'ended') this.#options.onRefused(INTERNAL_ERROR);
  }
}
