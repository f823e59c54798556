import { SrtPassphrase } from './authorize.ts';
import { isPublicHost } from './public-address.ts';
import { RESTREAM_KEY_CHARS_MAX, RESTREAM_URL_CHARS_MAX } from './restream.ts';

/** SRT has none. */
const DEFAULT_PORT = { rtmp: 1_935, rtmps: 443 } as const;
/** libsrt's own bounds are wider; nobody who watches live waits longer. */
const LATENCY_MS_MAX = 8_000;
const SRT_PARAMETERS: ReadonlySet<string> = new Set(['streamid', 'passphrase', 'latency', 'mode']);

interface RestreamHost {
  /** As it was written; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** Where an RTMP(S) target is. `app` and `playPath` may hold secrets. */
export interface RtmpAddress extends RestreamHost {
  readonly protocol: 'rtmp' | 'rtmps';
  readonly app: string;
  readonly playPath: string;
}

/** Where an SRT target is. Stream id and passphrase are secrets. */
export interface SrtAddress extends RestreamHost {
  readonly protocol: 'srt';
  readonly streamId?: string | undefined;
  readonly passphrase?: string | undefined;
  readonly latencyMs?: number | undefined;
}

export type RestreamAddress = RtmpAddress | SrtAddress;

/** An address to push to, or a sentence that says what is wrong with it and holds nothing of it. */
export type RestreamAddressRead =
  | { readonly ok: true; readonly address: RestreamAddress }
  | { readonly ok: false; readonly sentence: string };

interface Written {
  readonly url: string;
  readonly streamKey?: string | undefined;
}

const URL_PARTS =
  /^(rtmps?|srt):\/\/(?:([^/?#]*)@)?(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?(\/[^?]*)?(?:\?(.*))?$/i;
const VISIBLE = /^[!-~]+$/;

/** Reads what an owner wrote: a URL, and a stream key beside it unless it is the last part of the path. Never throws. */
export function readRestreamAddress({ url, streamKey }: Written): RestreamAddressRead {
  if (url.length > RESTREAM_URL_CHARS_MAX || !VISIBLE.test(url)) {
    return no(`A URL is at most ${RESTREAM_URL_CHARS_MAX} visible ASCII characters.`);
  }
  if (streamKey !== undefined && (streamKey.length > RESTREAM_KEY_CHARS_MAX || !VISIBLE.test(streamKey))) {
    return no(`A stream key is 1 to ${RESTREAM_KEY_CHARS_MAX} visible ASCII characters.`);
  }
  const [, scheme, user, host, portText, path = '', query] = URL_PARTS.exec(url) ?? [];
  if (scheme === undefined || host === undefined)
    return no('A URL begins with rtmp://, rtmps:// or srt:// and a host.');
  if (user !== undefined) return no('A URL with a user and a password is not supported.');
  const protocol = protocolOf(scheme);
  const port = portText === undefined ? defaultPort(protocol) : Number(portText);
  if (port === undefined) return no('An SRT URL names its port.');
  if (port < 1 || port > 65_535) return no('A port is 1 to 65535.');
  const place = { host: host.replace(/^\[|\]$/g, '').toLowerCase(), port };
  return protocol === 'srt'
    ? srtAddress({ place, path, query, streamKey })
    : rtmpAddress({ protocol, place, path, query, streamKey });
}

/** Whether an address, as it is written, can be one of the public internet; see isPublicHost. */
export function isPublicTarget({ host }: RestreamAddress): boolean {
  return isPublicHost(host);
}

/** The URL as it may be shown: neither its query nor a key in its path. */
export function shownRestreamAddress(address: RestreamAddress): string {
  const { protocol } = address;
  return protocol === 'srt' ? `srt://${shownHost(address)}:${address.port}` : withoutQuery(tcUrlOf(address));
}

/** What an RTMP client calls its server (`tcUrl` of `connect`). As secret as `app`. */
export function tcUrlOf(address: RtmpAddress): string {
  const { protocol, port, app } = address;
  const portText = port === DEFAULT_PORT[protocol] ? '' : `:${port}`;
  return `${protocol}://${shownHost(address)}${portText}/${app}`;
}

function shownHost({ host }: RestreamHost): string {
  return host.includes(':') ? `[${host}]` : host;
}

function withoutQuery(text: string): string {
  return text.split('?', 1).join('');
}

function protocolOf(scheme: string): RestreamAddress['protocol'] {
  const lower = scheme.toLowerCase();
  return lower === 'rtmp' || lower === 'rtmps' ? lower : 'srt';
}

function defaultPort(protocol: RestreamAddress['protocol']): number | undefined {
  return protocol === 'srt' ? undefined : DEFAULT_PORT[protocol];
}

interface Rest {
  readonly place: RestreamHost;
  readonly path: string;
  readonly query: string | undefined;
  readonly streamKey: string | undefined;
}

function rtmpAddress({
  protocol,
  place,
  path,
  query,
  streamKey,
}: Rest & Pick<RtmpAddress, 'protocol'>): RestreamAddressRead {
  const queried = query === undefined ? '' : `?${query}`;
  const whole = path.replace(/^\//, '');
  if (streamKey !== undefined) {
    const app = whole.replace(/\/$/, '');
    if (app === '') return no('An RTMP URL names an application behind its host, as in rtmp://host/app.');
    return yes({ protocol, ...place, app: app + queried, playPath: streamKey });
  }
  const at = whole.lastIndexOf('/');
  const [app, playPath] = [whole.slice(0, Math.max(0, at)), whole.slice(at + 1)];
  if (app === '' || playPath === '')
    return no('An RTMP target has a stream key: beside its URL, or as the last part of it.');
  return yes({ protocol, ...place, app, playPath: playPath + queried });
}

function srtAddress({ place, path, query, streamKey }: Rest): RestreamAddressRead {
  if (path !== '' && path !== '/') return no('An SRT URL has no path.');
  const parameters = parametersOf(query ?? '');
  if (parameters === undefined) return no('The query of an SRT URL cannot be read.');
  if ([...parameters.keys()].some((name) => !SRT_PARAMETERS.has(name))) {
    return no(`An SRT URL takes ${[...SRT_PARAMETERS].join(', ')} and nothing else.`);
  }
  if ((parameters.get('mode') ?? 'caller') !== 'caller') return no('SRT is pushed as a caller.');
  const passphrase = parameters.get('passphrase');
  if (passphrase !== undefined && !SrtPassphrase.safeParse(passphrase).success) {
    return no('A passphrase is 10 to 79 of printable ASCII characters.');
  }
  const latency = parameters.get('latency');
  if (latency !== undefined && !(/^[0-9]{1,4}$/.test(latency) && Number(latency) <= LATENCY_MS_MAX)) {
    return no(`latency is in milliseconds, at most ${LATENCY_MS_MAX}.`);
  }
  const streamId = parameters.get('streamid') ?? streamKey;
  if (streamKey !== undefined && parameters.has('streamid'))
    return no('A stream id is in the URL or beside it, not both.');
  if (streamId !== undefined && (streamId.length > RESTREAM_KEY_CHARS_MAX || !VISIBLE.test(streamId))) {
    return no('A stream id is of visible ASCII characters.');
  }
  return yes({
    protocol: 'srt',
    ...place,
    ...(streamId !== undefined && { streamId }),
    ...(passphrase !== undefined && { passphrase }),
    ...(latency !== undefined && { latencyMs: Number(latency) }),
  });
}

/** `#` is no fragment here: stream ids begin with `#!::`, and people write them as they are. */
function parametersOf(query: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const pair of query.split('&').filter((text) => text !== '')) {
    const [name = '', ...values] = pair.split('=');
    const value = decoded(values.join('='));
    if (value === undefined || value === '' || found.has(name)) return undefined;
    found.set(name, value);
  }
  return found;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function yes(address: RestreamAddress): RestreamAddressRead {
  return { ok: true, address };
}

function no(sentence: string): RestreamAddressRead {
  return { ok: false, sentence };
}
