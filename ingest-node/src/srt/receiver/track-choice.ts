/** A track of a transport stream, as its tables name it. */
export interface TsStream {
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'other';
  /** FFmpeg's name of it: `h264`, `aac_latm`. */
  readonly codecName: string;
  readonly extradata: Uint8Array | undefined;
  /** 0 when the tables do not say. */
  readonly channelCount: number;
}

/** The codecs that become something here. Layer II and III of MPEG audio have one name in a transport stream. */
const SUPPORTED: Record<'video' | 'audio', ReadonlySet<string>> = {
  video: new Set(['h264', 'hevc']),
  audio: new Set(['aac', 'mp2', 'mp3', 'opus']),
};
const ADVICE = { video: 'Choose H.264 in your encoder.', audio: 'Choose AAC in your encoder.' };

/** Which track of a kind is used: the first that the tables name and that can be decoded. */
export function chooseStream(streams: readonly TsStream[], kind: 'video' | 'audio'): TsStream | undefined {
  return streams.find((stream) => isUsable(stream) && stream.kind === kind);
}

export function isUsable({ kind, codecName }: TsStream): boolean {
  return kind !== 'other' && SUPPORTED[kind].has(codecName);
}

/** What the streamer should know of the tracks that are not used. */
export function choiceWarnings(streams: readonly TsStream[]): string[] {
  return (['video', 'audio'] as const).flatMap((kind) => {
    const all = streams.filter((stream) => stream.kind === kind);
    const unusable = all.filter((stream) => !isUsable(stream));
    const names = [...new Set(unusable.map(({ codecName }) => codecName))];
    const warnings = names.map((name) => `The ${kind} codec ${name} is not supported here. ${ADVICE[kind]}`);
    if (all.length - unusable.length < 2) return warnings;
    return [...warnings, `Your stream has ${all.length} ${kind} tracks; only the first one that works here is used.`];
  });
}
