/** A service that many push on to, and where its servers are. */
export interface RestreamPreset {
  readonly id: string;
  readonly name: string;
  /** Empty: it is to be written. */
  readonly url: string;
  /** What its key is called there, and where it is found. */
  readonly keyHint: string;
  /** Which video it takes by RTMP; a push of another one ends as "unsupported". */
  readonly takes: string;
}

/**
 * Only those whose address is the same for everybody. YouTube's is that of OBS (obs-studio, plugins/rtmp-services/data/services.json:
 * "YouTube - RTMPS"). Those of Twitch and Facebook are what public configurations of encoders have: Twitch's documentation gives
 * their form alone (dev.twitch.tv/docs/video-broadcast: rtmp://{ingest server}/app), and Facebook's Live API a whole address for
 * each broadcast (secure_stream_url). Kick gives each creator another one. None of them has been pushed to.
 */
export const RESTREAM_PRESETS: readonly RestreamPreset[] = [
  {
    id: 'youtube',
    name: 'YouTube',
    url: 'rtmps://a.rtmps.youtube.com:443/live2',
    keyHint: 'YouTube Studio, Create, Go live, Stream: “Stream key”.',
    takes: 'H.264, HEVC or AV1',
  },
  {
    id: 'twitch',
    name: 'Twitch',
    url: 'rtmps://ingest.global-contribute.live-video.net:443/app',
    keyHint: 'Creator Dashboard, Settings, Stream: “Primary Stream key”.',
    takes: 'H.264',
  },
  {
    id: 'facebook',
    name: 'Facebook',
    url: 'rtmps://live-api-s.facebook.com:443/rtmp',
    keyHint: 'Live Producer, Streaming software: “Stream key”.',
    takes: 'H.264',
  },
  {
    id: 'custom',
    name: 'Another server',
    url: '',
    keyHint: 'The stream key of RTMP, or the stream id of SRT. Empty: the URL holds it.',
    takes: 'what its protocol carries',
  },
];

/** The one that a push to an address is of; the last one, if it is of none. */
export function presetOf(address: string): RestreamPreset {
  const host = hostOf(address);
  const custom = RESTREAM_PRESETS.at(-1);
  const found = RESTREAM_PRESETS.find(({ url }) => url !== '' && hostOf(url) === host);
  const preset = found ?? custom;
  if (preset === undefined) throw new Error('there are no presets');
  return preset;
}

/** Why something is no address to push to, as far as a page can see; `undefined`: it may be one. */
export function targetFault(url: string): string | undefined {
  if (url.trim() === '') return 'Write where it is to be pushed to.';
  if (!/^(rtmps?|srt):\/\/[^/\s]+/i.test(url.trim())) return 'It begins with rtmp://, rtmps:// or srt:// and a host.';
  return undefined;
}

function hostOf(address: string): string | undefined {
  return /^[a-z]+:\/\/([^/:?]+)/i.exec(address)?.[1]?.toLowerCase();
}
