import { readFileSync } from 'node:fs';

/** The recordings in `fixtures/`; each has a twin that says where it is from. */
export const RECORDINGS = [
  'ffmpeg-5.1-plain',
  'node-av-8.1-aes256',
  'srt-live-transmit-1.5.1',
  'gst-1.22-srtsink',
] as const;

export interface RecordedDatagram {
  readonly isFromClient: boolean;
  readonly bytes: Uint8Array;
}

export function recordedDialogue(name: (typeof RECORDINGS)[number]): RecordedDatagram[] {
  const text = readFileSync(new URL(`fixtures/${name}.hex`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => ({ isFromClient: line.startsWith('>'), bytes: Uint8Array.from(Buffer.from(line.slice(2), 'hex')) }));
}

/** The four datagrams that every dialogue begins with. */
export function recordedHandshake(name: (typeof RECORDINGS)[number]) {
  const [induction, inductionAnswer, conclusion, conclusionAnswer] = recordedDialogue(name).map(({ bytes }) => bytes);
  if (!induction || !inductionAnswer || !conclusion || !conclusionAnswer) throw new Error(`${name} is too short`);
  return { induction, inductionAnswer, conclusion, conclusionAnswer };
}
