/** What the edge tells of a recording or a clip, as the player uses it: contracts' RecordedAbout without the brands. */
export interface SeenRecording {
  readonly channelId: string;
  readonly broadcastId: string;
  readonly startedAtMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly startOffsetMs: number;
  /** `undefined`: there is no picture of it. */
  readonly pictureSlot: number | undefined;
  readonly hasStoryboard: boolean;
}

const TEXTS = ['channelId', 'broadcastId'] as const;
const NUMBERS = ['startedAtMs', 'fromMs', 'toMs', 'startOffsetMs'] as const;

/** Reads the body of about.json; `undefined` for anything else. By hand, as status-reader.ts says. */
export function readAbout(body: unknown): SeenRecording | undefined {
  if (!isRecord(body) || typeof body.hasStoryboard !== 'boolean') return undefined;
  const [channelId, broadcastId] = TEXTS.map((name) => body[name]);
  const [startedAtMs, fromMs, toMs, startOffsetMs] = NUMBERS.map((name) => body[name]);
  if (typeof channelId !== 'string' || typeof broadcastId !== 'string') return undefined;
  if (!isTime(startedAtMs) || !isTime(fromMs) || !isTime(toMs) || !isTime(startOffsetMs)) return undefined;
  const { hasStoryboard } = body;
  // An edge that is older than the player says nothing of it.
  const pictureSlot = isTime(body.pictureSlot) ? body.pictureSlot : undefined;
  return { channelId, broadcastId, startedAtMs, fromMs, toMs, startOffsetMs, pictureSlot, hasStoryboard };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
