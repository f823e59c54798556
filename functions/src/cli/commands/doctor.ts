import { ChannelId } from '@sluice/contracts';
import { z } from 'zod';
import type { ControlClient } from '../../client.ts';
import { type CommandContext, command } from '../command.ts';
import { isLoopback } from '../connection.ts';
import { channelCheck, keysCheck, tokenCheck } from '../doctor/api-checks.ts';
import { type Check, type Report, runChecks, type Verdict } from '../doctor/check.ts';
import { bareHost, type HostPort, HostPortWord } from '../doctor/host-port.ts';
import { controlCheck, corsCheck, edgeCheck, guardCheck } from '../doctor/http-checks.ts';
import { certificateCheck, dnsCheck, rtmpCheck, srtCheck } from '../doctor/network-checks.ts';
import { Failure } from '../failure.ts';
import type { CommandGroup } from '../help.ts';
import { value } from '../options.ts';
import type { Page, Tone } from '../text/page.ts';
import { harmless, wrapped } from '../text/text-width.ts';
import { UsageError } from '../usage-error.ts';

/** Where local mode listens, counted from the port of its control API (local/src/ports.ts). */
const LOCAL_PORTS = { control: 8_081, edge: 8_080, rtmp: 1_935, rtmps: 1_936, srt: 8_890 } as const;

const EdgeUrl = z
  .url({ protocol: /^https?$/, error: 'is an address such as https://live.example.com' })
  .transform((text) => text.replace(/\/+$/, ''));

const OPTIONS = {
  edge: value('URL', 'the edge: https://live.example.com', EdgeUrl),
  rtmp: value('HOST:PORT', 'an ingest node for RTMP: ingest.example.com:1935', HostPortWord),
  rtmps: value('HOST:PORT', 'the same for RTMPS, 1936', HostPortWord),
  srt: value('HOST:PORT', 'the same for SRT, 8890 (UDP)', HostPortWord),
  channel: value('CHANNEL', 'a channel that is live: does its playlist grow at --edge?', z.string().pipe(ChannelId)),
};
const Options = z.object(OPTIONS);
type Targets = z.output<typeof Options>;

const doctor = command({
  name: 'doctor',
  summary: 'look at a deployment from outside, and say what to do',
  details:
    'Names, ports, certificates, handshakes, clocks, tokens, keys and CORS, all at once and within seconds. Of a system on this machine everything is looked at, where npm start has it. Exit code 1: something fails.',
  examples: [
    'sluice doctor --channel demo',
    'sluice doctor --url https://control.example.com --edge https://live.example.com --rtmps ingest.example.com:1936',
  ],
  parameters: z.object({}),
  options: Options,
  async run(context, _, options) {
    const targets = targetsOf(context.url, options);
    if (targets.channel !== undefined && targets.edge === undefined) {
      throw new UsageError('--channel needs --edge: a channel is looked at as viewers see it.');
    }
    const client = await context.connect().catch(clientFault);
    const reports = await runChecks(checksOf(context, targets, client));
    const found = reports.flatMap(({ findings }) => findings.map(({ verdict }) => verdict));
    const text = (page: Page) => reportText(reports, page) + sumText(found, page) + notLookedAt(targets, page);
    return { json: { reports }, text, exitCode: found.includes('fail') ? 1 : 0 };
  },
});

export const DOCTOR: CommandGroup = { name: 'doctor', summary: doctor.summary, commands: [doctor] };

/** Of a system on this machine, where nothing is named, what `npm start` has. */
function targetsOf(controlUrl: string, options: Targets): Targets {
  const { edge, rtmp, rtmps, srt } = options;
  const url = new URL(controlUrl);
  const isNamed = edge !== undefined || rtmp !== undefined || rtmps !== undefined || srt !== undefined;
  if (isNamed || !isLoopback(url)) return options;
  const offset = Number(url.port || '80') - LOCAL_PORTS.control;
  const at = (port: number): HostPort => ({ host: bareHost(url.hostname), port: port + offset });
  if (offset < 0 || LOCAL_PORTS.srt + offset > 65_535) return options;
  return {
    ...options,
    edge: `http://${url.hostname}:${LOCAL_PORTS.edge + offset}`,
    rtmp: at(LOCAL_PORTS.rtmp),
    rtmps: at(LOCAL_PORTS.rtmps),
    srt: at(LOCAL_PORTS.srt),
  };
}

/** Without a token there is still much to be seen. */
function clientFault(error: unknown): string {
  if (error instanceof Failure) return `${error.message} ${error.advice ?? ''}`.trimEnd();
  throw error;
}

function checksOf({ url, world }: CommandContext, targets: Targets, client: ControlClient | string): Check[] {
  const { edge, rtmp, rtmps, srt, channel } = targets;
  const ingest = (about: string, target: HostPort | undefined, checks: (target: HostPort) => Check[]) =>
    target === undefined ? [] : [...dnsCheck(about, target.host), ...checks(target)];
  return [
    ...controlChecks(url, world, client),
    ...(edge === undefined ? [] : edgeChecks(edge, channel, world, client)),
    ...ingest('RTMP', rtmp, (at) => [rtmpCheck('RTMP', at, 'plain')]),
    ...ingest('RTMPS', rtmps, (at) => [certificateCheck('RTMPS', at, world.nowMs), rtmpCheck('RTMPS', at, 'tls')]),
    ...ingest('SRT', srt, (at) => [srtCheck('SRT', at)]),
  ];
}

type World = CommandContext['world'];

function controlChecks(url: string, world: World, client: ControlClient | string): Check[] {
  const about = `control API ${url}`;
  const token: Check =
    typeof client === 'string'
      ? {
          about,
          point: 'token',
          advice: client,
          look: async () => [
            { point: 'token', verdict: 'warn', says: 'there is none, so little is looked at', advice: client },
          ],
        }
      : tokenCheck(about, client);
  return [...siteChecks(about, url, world), controlCheck(about, url, world), token];
}

function edgeChecks(
  edgeUrl: string,
  channel: ChannelId | undefined,
  world: World,
  client: ControlClient | string,
): Check[] {
  const about = `edge ${edgeUrl}`;
  const hasClient = typeof client !== 'string';
  const probe = { fetch: world.fetch, nowMs: world.nowMs, edgeUrl };
  return [
    ...siteChecks(about, edgeUrl, world),
    edgeCheck(about, edgeUrl, world),
    corsCheck(about, edgeUrl, world),
    guardCheck(about, edgeUrl, world),
    ...(hasClient ? [keysCheck(about, { ...probe, client })] : []),
    ...(channel === undefined
      ? []
      : [channelCheck(`channel ${channel}`, channel, { ...probe, client: hasClient ? client : undefined })]),
  ];
}

/** Of a site: its name, and over TLS its certificate. */
function siteChecks(about: string, address: string, { nowMs }: World): Check[] {
  const url = new URL(address);
  const host = bareHost(url.hostname);
  const target = { host, port: Number(url.port || '443') };
  return [...dnsCheck(about, host), ...(url.protocol === 'https:' ? [certificateCheck(about, target, nowMs)] : [])];
}

const TONES: Readonly<Record<Verdict, Tone>> = { ok: 'good', warn: 'warn', fail: 'bad' };
const POINT_COLUMNS = 11;
/** Before what a finding says: `  fail  certificate  `. */
const LEFT_COLUMNS = 2 + 4 + 2 + POINT_COLUMNS + 2;
const COLUMNS_DEFAULT = 110;

function reportText(reports: readonly Report[], page: Page): string {
  return reports
    .map(({ about, findings }) => {
      const lines = findings.map(({ point, verdict, says, advice }) => {
        const head = `  ${page.paint(verdict.padEnd(4), TONES[verdict])}  ${point.padEnd(POINT_COLUMNS)}  `;
        return `${head}${hanging(says, page)}${advice === undefined ? '' : `${' '.repeat(LEFT_COLUMNS)}${hanging(`→ ${advice}`, page)}`}`;
      });
      return `${page.paint(about, 'strong')}\n${lines.join('')}\n`;
    })
    .join('');
}

function hanging(text: string, page: Page): string {
  const [first = '', ...rest] = wrapped(harmless(text), Math.max(20, (page.columns ?? COLUMNS_DEFAULT) - LEFT_COLUMNS));
  return [first, ...rest.map((line) => `${' '.repeat(LEFT_COLUMNS)}${line}`)].map((line) => `${line}\n`).join('');
}

function sumText(found: readonly Verdict[], page: Page): string {
  const count = (verdict: Verdict) => found.filter((each) => each === verdict).length;
  const [fails, warns] = [count('fail'), count('warn')];
  if (fails === 0 && warns === 0) return page.paint(`All ${found.length} points are as they should be.\n`, 'good');
  const words = [
    ...(fails > 0 ? [page.paint(`${fails} ${fails === 1 ? 'fails' : 'fail'}`, 'bad')] : []),
    ...(warns > 0 ? [page.paint(`${warns} to look at`, 'warn')] : []),
    `${count('ok')} as they should be`,
  ];
  return `${words.join(', ')}.\n`;
}

function notLookedAt(targets: Targets, page: Page): string {
  const names = ['edge', 'rtmp', 'rtmps', 'srt', 'channel'] as const;
  const missing = names.filter((name) => targets[name] === undefined).map((name) => `--${name}`);
  return missing.length === 0
    ? ''
    : page.paint(`Not looked at, as they were not named: ${missing.join(', ')}.\n`, 'dim');
}
