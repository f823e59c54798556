import type { IngestAddress } from '../api/setup.ts';

export const PROTOCOLS = ['rtmp', 'rtmps', 'srt'] as const;
export type PushProtocol = (typeof PROTOCOLS)[number];

/** Where one channel is pushed to, and with what. Secret, where the key is. */
export interface PushAddress {
  readonly protocol: PushProtocol;
  /** Without the key: `rtmp://127.0.0.1:1935/live`, `srt://127.0.0.1:8890`. */
  readonly serverUrl: string;
  readonly streamKey: string;
  /** Whether the channel's SRT is encrypted with a passphrase, which nobody is shown. */
  readonly wantsPassphrase: boolean;
}

/** What stands where a passphrase belongs: only who has set it knows it. */
export const PASSPHRASE_PLACE = 'YOUR-SRT-PASSPHRASE';

/** The address for a protocol. */
export function serverUrlOf(ingest: IngestAddress, protocol: PushProtocol): string {
  return { rtmp: ingest.rtmpUrl, rtmps: ingest.rtmpsUrl, srt: ingest.srtUrl }[protocol];
}

/** All of it in one address, as ffmpeg and most encoders take it. Secret. */
export function wholeUrl({ protocol, serverUrl, streamKey, wantsPassphrase }: PushAddress): string {
  if (protocol !== 'srt') return `${serverUrl}/${streamKey}`;
  const passphrase = wantsPassphrase ? `&passphrase=${PASSPHRASE_PLACE}` : '';
  return `${serverUrl}?streamid=${encodeURIComponent(streamKey)}${passphrase}`;
}

/** Whether only this very machine can reach the address. */
export function isOfThisMachine(serverUrl: string): boolean {
  // URL gives no host to schemes that it does not know where they have a port and no path.
  const [, host = ''] = /^[a-z]+:\/\/(\[[^\]]*\]|[^:/?]+)/.exec(serverUrl) ?? [];
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** What is offered first: encrypted, unless encoders would refuse the certificate or the line does not leave the machine. */
export function firstProtocol(ingest: IngestAddress): PushProtocol {
  return ingest.isSelfSigned || isOfThisMachine(ingest.rtmpsUrl) ? 'rtmp' : 'rtmps';
}
