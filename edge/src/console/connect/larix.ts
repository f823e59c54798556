import { PASSPHRASE_PLACE, type PushAddress, wholeUrl } from './push-address.ts';

/** Encoders' own default is 120 ms, too little for a phone's line. */
const SRT_LATENCY_MS = 500;
const KEYFRAME_S = 2;

/** A connection, as Larix Broadcaster has it in its list. */
export interface LarixConnection {
  readonly name: string;
  /** As it is typed: of SRT without the stream id, for which there is a field. */
  readonly url: string;
  readonly streamId: string | undefined;
}

export function larixConnection(channelId: string, address: PushAddress): LarixConnection {
  const name = `Sluice ${channelId}`;
  if (address.protocol === 'srt') return { name, url: address.serverUrl, streamId: address.streamKey };
  return { name, url: wholeUrl(address), streamId: undefined };
}

/**
 * What the phone's camera reads for Larix to set itself up: a Larix Grove link. Its parameters are those of
 * https://softvelum.com/larix/grove/ : `conn[]` for connections, `enc` for the encoder. Secret.
 */
export function larixGroveLink(channelId: string, address: PushAddress): string {
  const { name, url, streamId } = larixConnection(channelId, address);
  const parameters: (readonly [string, string])[] = [
    ['conn[][url]', url],
    ['conn[][name]', name],
    ['conn[][mode]', 'av'],
    // Scanned again it is the same connection, with the new key.
    ['conn[][overwrite]', 'on'],
  ];
  if (streamId !== undefined) {
    parameters.push(
      ['conn[][srtmode]', 'c'],
      ['conn[][srtlatency]', String(SRT_LATENCY_MS)],
      ['conn[][srtstreamid]', streamId],
    );
    if (address.wantsPassphrase) parameters.push(['conn[][srtpass]', PASSPHRASE_PLACE]);
  }
  parameters.push(['enc[vid][keyframe]', String(KEYFRAME_S)]);
  // Brackets stay: its own examples have them so.
  return `larix://set/v1?${parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;
}
