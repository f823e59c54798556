import { describe, expect, it } from 'vitest';
import { runWith } from './cli-fixture.ts';
import { GROUPS } from './program.ts';
import { textWidth } from './text/text-width.ts';

const COMMANDS = GROUPS.flatMap(({ commands }) => commands);
const TOPICS = [...new Set(['', ...GROUPS.map(({ name }) => name), ...COMMANDS.map(({ name }) => name)])];

describe('help', () => {
  it.each(TOPICS)('of %j fits a terminal, and is asked for in two ways', async (name) => {
    const topic = name.split(' ').filter((word) => word !== '');
    for (const columns of [80, 140]) {
      const { out, exitCode } = await runWith([...topic, '--help'], { columns, env: { NO_COLOR: '1' } });
      expect(exitCode).toBe(0);
      // Examples are to be copied, and are not broken.
      const prose = out.split('\n').filter((line) => !/^ {2}(npx )?(sluice|npm) /.test(line));
      for (const line of prose) expect(textWidth(line), line).toBeLessThanOrEqual(columns);
      expect(await runWith(['help', ...topic], { columns, env: { NO_COLOR: '1' } })).toMatchObject({ out });
    }
  });

  it('tells what a command takes', async () => {
    const { out } = await runWith(['tokens', 'revoke', '--help']);
    expect(out).toBe(
      [
        'sluice tokens revoke',
        '',
        'Take playback tokens back, within ten seconds.',
        '',
        'Usage',
        '  sluice tokens revoke CHANNEL [options]',
        '',
        'Arguments',
        '  CHANNEL  the public name of a channel',
        '',
        'Options',
        '  --id ID               the one with this id',
        '  --subject NAME        those of this subject',
        '  --issued-before TIME  those that were made before: now, -30s (ago), +7d (from now), 18:20:05 (the',
        '                        last time it was), or 2026-11-01T18:20:00Z',
        '  --all                 all that were made until now',
        '',
        'Examples',
        '  sluice tokens revoke studio --subject order-7',
        '  sluice tokens revoke studio --all',
        '',
        'sluice --help has the options of all commands: --url, --token, --json, …',
        '',
      ].join('\n'),
    );
  });

  it('has examples that the commands take', async () => {
    for (const { name, examples } of COMMANDS) {
      for (const example of examples) {
        const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
        expect(words.slice(0, 1 + name.split(' ').length).join(' ')).toBe(`sluice ${name}`);
        if (name === 'doctor') continue;
        // Nothing listens there: whatever is wrong with the words is said before that.
        const env = { SLUICE_URL: 'http://127.0.0.1:1', SLUICE_TOKEN: 'x' };
        expect(await runWith(words.slice(1), { env }), example).toMatchObject({ exitCode: 1 });
      }
    }
  });
});
