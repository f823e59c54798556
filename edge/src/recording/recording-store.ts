import type { BroadcastId } from '@sluice/contracts';
import { log } from '../log.ts';
import { RecordingDraft } from './recording-draft.ts';
import { TimelineArchives, type TimelineChunk, type TimelineState } from './timeline-state.ts';

const DRAFT_PREFIX = 'recording/';
const CHUNK_PREFIX = 'timeline/';

/** The rows of recordings in the object's SQLite database: chunks of timelines, and the recordings that are to be made. */
export class RecordingStore {
  readonly #kv: SyncKvStorage;

  constructor(storage: Pick<DurableObjectStorage, 'kv'>) {
    this.#kv = storage.kv;
  }

  /** From the oldest to the newest. */
  draftIds(): string[] {
    return [...this.#kv.list({ prefix: DRAFT_PREFIX })].map(([key]) => key.slice(DRAFT_PREFIX.length));
  }

  /** `undefined`: there is none, or it cannot be read. */
  readDraft(broadcastId: string): RecordingDraft | undefined {
    const row = this.#kv.get(DRAFT_PREFIX + broadcastId);
    if (row === undefined) return undefined;
    const draft = RecordingDraft.safeParse(row);
    if (!draft.success) log('error', 'a kept recording cannot be read', { broadcastId });
    return draft.data;
  }

  writeDraft(draft: RecordingDraft): void {
    this.#kv.put(DRAFT_PREFIX + draft.broadcastId, draft);
  }

  writeChunk(broadcastId: BroadcastId, { number, archives }: TimelineChunk): void {
    this.#kv.put(chunkKey(broadcastId, number), archives);
  }

  /** From the oldest to the newest. What cannot be read is missing. */
  readChunks(broadcastId: BroadcastId, { from, to }: TimelineState['chunks']): TimelineArchives[] {
    return Array.from({ length: to - from }, (_, index) => chunkKey(broadcastId, from + index)).flatMap((key) => {
      const archives = TimelineArchives.safeParse(this.#kv.get(key));
      if (!archives.success) log('error', 'a part of a kept recording cannot be read', { key });
      return archives.success ? [archives.data] : [];
    });
  }

  /** Chunks that are not needed any more. */
  dropChunk(broadcastId: BroadcastId, number: number): void {
    this.#kv.delete(chunkKey(broadcastId, number));
  }

  /** All that is kept of it. */
  forget(broadcastId: string): void {
    this.#kv.delete(DRAFT_PREFIX + broadcastId);
    const chunks = [...this.#kv.list({ prefix: `${CHUNK_PREFIX}${broadcastId}/` })];
    for (const [key] of chunks) this.#kv.delete(key);
  }
}

function chunkKey(broadcastId: BroadcastId, number: number): string {
  return `${CHUNK_PREFIX}${broadcastId}/${number}`;
}
