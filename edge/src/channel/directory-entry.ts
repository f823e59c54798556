import type { ChannelId } from '@sluice/contracts';
import { directoryOf } from '../directory/directory-address.ts';
import type { EdgeBindings } from '../environment.ts';
import { log } from '../log.ts';

/** So long whoever waits for the directory waits; it is told again with each announcement. */
const REGISTER_MS_MAX = 2_000;
/** Set once the directory knows the channel. */
const REGISTERED_KEY = 'is-registered';

/** Viewers find a channel only once the directory knows it. That it cannot be reached must not keep a publisher away. */
export class DirectoryEntry {
  readonly #channelId: ChannelId;
  readonly #bindings: EdgeBindings;
  readonly #kv: SyncKvStorage;
  #isRegistered: boolean;
  #isRegistering = false;

  constructor(channelId: ChannelId, bindings: EdgeBindings, storage: DurableObjectStorage) {
    this.#channelId = channelId;
    this.#bindings = bindings;
    this.#kv = storage.kv;
    this.#isRegistered = this.#kv.get(REGISTERED_KEY) === true;
  }

  /** Waits for the directory, but not for long. */
  async registered(): Promise<void> {
    await Promise.race([this.register(), new Promise((resolve) => setTimeout(resolve, REGISTER_MS_MAX))]);
  }

  /** Never rejects. */
  async register(): Promise<void> {
    if (this.#isRegistered || this.#isRegistering) return;
    this.#isRegistering = true;
    try {
      await directoryOf(this.#bindings, this.#channelId).register(this.#channelId);
      this.#isRegistered = true;
      this.#kv.put(REGISTERED_KEY, true);
    } catch (error) {
      log('warn', 'the directory could not be told of a channel', { reason: String(error) });
    } finally {
      this.#isRegistering = false;
    }
  }

  /** The channel was deleted. The directory knows its name for good; the row that says so goes with the others. */
  forget(): void {
    this.#isRegistered = false;
  }
}
