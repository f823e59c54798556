import { expect, it } from 'vitest';
import { regionNewsLine, regionsWelcome } from './region-words.ts';

const region = {
  name: 'region-1',
  pid: 4_711,
  ports: { rtmp: 2_935, rtmps: 2_936, srt: 9_890, cmaf: 9_083, metrics: 9_082 },
  metricsUrl: 'http://127.0.0.1:9082/metrics',
};

it('tells which regions there are, and how one is killed', () => {
  expect(regionsWelcome([])).toBe('');
  const words = regionsWelcome([region, { ...region, name: 'region-2', pid: 4_712 }]);
  expect(words).toContain('region-1   kill -9 4711   its own port of RTMP 2935');
  expect(words).toContain('region-2   kill -9 4712');
});

it('tells what happens to a region in one line', () => {
  const line = (news: Parameters<typeof regionNewsLine>[1]) => regionNewsLine(region, news, 20_000);
  expect(line({ kind: 'ended', sentence: 'The ingest node ended (SIGKILL).' })).toBe(
    '  region-1: The ingest node ended (SIGKILL). Another one is started in 20 s.\n',
  );
  expect(line({ kind: 'started' })).toContain('kill -9 4711');
  expect(line({ kind: 'changed', state: 'unhealthy' })).toContain('not ready');
  expect(line({ kind: 'changed', state: 'healthy' })).toContain('ready, new publishers');
});
