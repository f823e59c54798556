import {
  Delivery,
  EmbedSites,
  LATENCY_PROFILE_NAMES,
  LadderPolicy,
  LatencyProfileName,
  SrtPassphrase,
  TakeoverPolicy,
} from '@sluice/contracts';
import { z } from 'zod';
import type { ChannelChange } from '../../channels/channel.ts';
import { Bitrate, choice, duration, value } from '../options.ts';
import { bitrateBps } from '../typed-quantity.ts';
import { UsageError } from '../usage-error.ts';
import type { CliWorld } from '../world.ts';

const DAY_MS = 86_400_000;
const RUNG = /^(\d{2,4})p?:(.+)$/;

/** `auto`, or `1080:6M,720:2800k`. */
const Ladder = z
  .string()
  .transform((text, context) => {
    if (text === 'auto') return text;
    const rungs = text.split(',').map((word) => {
      const [, height, bitrate = ''] = RUNG.exec(word.trim()) ?? [];
      return { heightPx: Number(height), bitrateBps: bitrateBps(bitrate) };
    });
    if (rungs.every((rung) => rung.bitrateBps !== undefined && !Number.isNaN(rung.heightPx))) return rungs;
    context.addIssue('is auto, or heights and bitrates such as 1080:6M,720:2800k');
    return z.NEVER;
  })
  .pipe(LadderPolicy);

const Retention = z.union([
  z.literal('forever').transform(() => null),
  duration('d').pipe(
    z
      .number()
      .multipleOf(DAY_MS, 'is whole days, such as 30d, or forever')
      .transform((ms) => ms / DAY_MS),
  ),
]);

/** `any`, `none`, or sites. The API wants lower case, and who types a name need not. */
const Sites = z
  .string()
  .transform((text) => {
    if (text === 'any') return null;
    return text === 'none' ? [] : text.split(',').map((site) => site.trim().toLowerCase());
  })
  .pipe(EmbedSites);

/** All settings of a channel, as options. */
export const CHANNEL_OPTIONS = {
  profile: value('NAME', `latency: ${LATENCY_PROFILE_NAMES.join(', ')}`, LatencyProfileName),
  ladder: value(
    'LADDER',
    'what viewers can choose from: auto, or heights and bitrates such as 1080:6M,720:2800k',
    Ladder,
  ),
  takeover: value('POLICY', 'what a second publisher does: take-over, or refuse', TakeoverPolicy),
  reconnectWindow: value(
    'TIME',
    'how long a publisher who left may come back: 60s, 5m; a number is seconds',
    duration('s'),
  ),
  dvr: value('TIME', 'how far back viewers can seek: 300s, 2h; a number is seconds', duration('s')),
  ingestMax: value('BITRATE', 'who sends more than this is sent away: 50M, 8000k; a number is bits a second', Bitrate),
  private: choice('viewers need a playback token; from the next broadcast on'),
  recorded: choice('broadcasts become recordings; from the next broadcast on'),
  keep: value('TIME', 'how long recordings are kept: 30d, forever; a number is days', Retention),
  delivery: value('WAY', 'HLS with sound and picture separate, or muxed', Delivery),
  onDemand: choice('renditions that nobody watches are not made; from the next publisher on'),
  embedSites: value(
    'SITES',
    'who may show the player in a frame: any, none, or sites such as example.com,*.example.com',
    Sites,
  ),
  disabled: choice('nobody can publish; who does is sent away'),
  srtPassphraseFile: value('FILE', 'SRT is encrypted with what the file holds; none takes it away', z.string().min(1)),
};
const ChannelOptions = z.object(CHANNEL_OPTIONS);

/** The change that the options say. Throws a UsageError. */
export async function channelChange(options: z.output<typeof ChannelOptions>, world: CliWorld): Promise<ChannelChange> {
  const {
    dvr,
    private: isPrivate,
    recorded,
    disabled,
    keep,
    ingestMax,
    reconnectWindow,
    srtPassphraseFile,
    ...same
  } = options;
  const change: { [name in keyof ChannelChange]: ChannelChange[name] | undefined } = {
    ...same,
    reconnectWindowMs: reconnectWindow,
    dvrWindowS: dvr === undefined ? undefined : Math.round(dvr / 1_000),
    ingestBitrateBpsMax: ingestMax,
    isPrivate,
    isRecorded: recorded,
    isDisabled: disabled,
    recordingRetentionDays: keep,
    srtPassphrase: srtPassphraseFile === undefined ? undefined : await passphraseOf(srtPassphraseFile, world),
  };
  return change;
}

async function passphraseOf(path: string, { readText }: CliWorld): Promise<string | null> {
  if (path === 'none') return null;
  const text = await readText(path).catch((cause: unknown) => {
    throw new UsageError(`${path} cannot be read.`, { cause });
  });
  const passphrase = SrtPassphrase.safeParse(text.replace(/\r?\n$/, ''));
  // What is wrong with it may quote it.
  if (!passphrase.success)
    throw new UsageError(`${path} does not hold 10 to 79 printable ASCII characters on one line.`);
  return passphrase.data;
}
