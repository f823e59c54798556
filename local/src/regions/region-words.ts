import type { Region, RegionNews } from './region.ts';
import { LOCAL_HEALTH_CHECK } from './region-health.ts';

type TalkedOf = Pick<Region, 'name' | 'pid' | 'ports' | 'metricsUrl'>;

/** What `npm start` says of its regions, the nearest first; nothing, where there are none. */
export function regionsWelcome(regions: readonly TalkedOf[]): string {
  if (regions.length === 0) return '';
  const lines = regions.map(
    ({ name, pid, ports, metricsUrl }) =>
      `    ${name}   kill -9 ${pid ?? '-'}   its own port of RTMP ${ports.rtmp}, ${metricsUrl}`,
  );
  const everyS = LOCAL_HEALTH_CHECK.intervalMs / 1_000;
  return `
  Regions    the addresses above send a new publisher to the first one that is ready (asked every ${everyS} s)
${lines.join('\n')}
    Kill one while you publish: your encoder connects again to the same address, and viewers go on.
`;
}

/** One line for the terminal. */
export function regionNewsLine({ name, pid }: TalkedOf, news: RegionNews, restartAfterMs: number): string {
  if (news.kind === 'started') return `  ${name}: started again. To kill it: kill -9 ${pid ?? '-'}\n`;
  if (news.kind === 'ended')
    return `  ${name}: ${news.sentence} Another one is started in ${restartAfterMs / 1_000} s.\n`;
  return news.state === 'healthy'
    ? `  ${name}: ready, new publishers may go there.\n`
    : `  ${name}: not ready, no new publisher goes there.\n`;
}
