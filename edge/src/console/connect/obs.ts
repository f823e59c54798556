import { type PushAddress, wholeUrl } from './push-address.ts';

/** What is typed into OBS, under Settings › Stream, with the service "Custom…". */
export interface ObsFields {
  readonly server: string;
  /** `undefined`: the field stays empty, for it is in the server's address. */
  readonly streamKey: string | undefined;
}

export function obsFields(address: PushAddress): ObsFields {
  if (address.protocol === 'srt') return { server: wholeUrl(address), streamKey: undefined };
  return { server: address.serverUrl, streamKey: address.streamKey };
}

/** Settings › Output › Streaming, with Output Mode "Advanced" (docs/RUNBOOK.md, "What publishers send is bad"). */
export const OBS_OUTPUT: readonly { readonly name: string; readonly value: string; readonly why: string }[] = [
  { name: 'Video encoder', value: 'H.264 (x264 or hardware)', why: 'HEVC and AV1 work as well.' },
  { name: 'Rate control', value: 'CBR', why: 'An even bitrate is what a line carries best.' },
  {
    name: 'Bitrate',
    value: '4,500 to 6,000 kbit/s',
    why: 'For 1080p. At most two thirds of what your upload carries.',
  },
  { name: 'Keyframe interval', value: '2 s', why: 'Viewers start, and come back, sooner.' },
  { name: 'Tune', value: 'zerolatency', why: 'Optional, x264 only: some tenths of a second less.' },
  { name: 'B-frames', value: 'as you like', why: 'None is quickest; they are handled either way.' },
  { name: 'Audio', value: 'AAC, 160 kbit/s, 48 kHz', why: '' },
];
