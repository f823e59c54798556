import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { command } from './command.ts';
import { readCommandLine } from './command-line.ts';
import { choice, duration, flag, needed, value } from './options.ts';
import { UsageError } from './usage-error.ts';

const options = z.object({
  from: needed('TIME', 'where it begins', z.string()),
  dvrWindow: value('TIME', 'how far back', duration('s')),
  private: choice('not for all'),
  yes: flag('do not ask'),
});
const channel = needed('CHANNEL', 'the channel', z.string().regex(/^[a-z]+$/, 'is small letters'));
const cut = command({
  name: 'clips cut',
  summary: 'cut',
  parameters: z.object({ channel }),
  options,
  run: async (_, parameters, said) => ({ json: { ...parameters, ...said }, text: () => '' }),
});
const live = command({
  name: 'live',
  summary: 'live',
  parameters: z.object({}),
  options: z.object({}),
  run: async () => ({ json: 'live', text: () => '' }),
});

/** What the command is run with, or the sentence for whoever typed it. */
async function said(...argv: string[]): Promise<unknown> {
  try {
    const line = readCommandLine(argv, [cut, live]);
    if (line.kind === 'help') return { help: line.topic };
    const world = {
      argv,
      env: {},
      stdout: { write: () => undefined, isTty: false, columns: undefined, rows: undefined },
      stderr: { write: () => undefined, isTty: false, columns: undefined, rows: undefined },
      fetch,
      nowMs: () => 0,
      readText: async () => '',
      interrupts: () => AbortSignal.abort(),
      wait: async () => undefined,
    };
    const connect = () => Promise.reject(new Error('not asked'));
    return (await line.command.run({ world, url: '', connect, isJson: false }, line.words)).json;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

describe('the words of a command', () => {
  it('are read, wherever options stand', async () => {
    const read = { channel: 'demo', from: 'now', dvrWindow: 300_000, private: true, yes: true };
    expect(await said('clips', 'cut', 'demo', '--from', 'now', '--dvr-window', '5m', '--private', '--yes')).toEqual(
      read,
    );
    expect(await said('clips', 'cut', '--yes', '--private', '--dvr-window=300', '--from=now', 'demo')).toEqual(read);
  });

  it('can say no, or nothing', async () => {
    expect(await said('clips', 'cut', 'demo', '--from', 'now', '--no-private')).toMatchObject({ private: false });
    expect(await said('clips', 'cut', 'demo', '--from', 'now')).toEqual({ channel: 'demo', from: 'now', yes: false });
  });

  it('take a time that begins with a minus', async () => {
    expect(await said('clips', 'cut', 'demo', '--from', '-30s')).toMatchObject({ from: '-30s' });
    expect(await said('clips', 'cut', 'demo', '--from', '-5h')).toMatchObject({ from: '-5h' });
    expect(await said('clips', 'cut', 'demo', '--from=-30s')).toMatchObject({ from: '-30s' });
  });

  it('may stand behind options of all commands', async () => {
    expect(await said('--json', 'live')).toBe('live');
    expect(await said('--url', 'http://127.0.0.1:1', 'live')).toBe('live');
  });
});

describe('what is wrong', () => {
  it.each([
    [['lvie'], 'There is no command "lvie". Did you mean "live"?'],
    [['clips'], 'What is to be done with clips? There is: cut.'],
    [['clips', 'cat'], 'There is no "clips cat". Did you mean "cut"? There is: cut.'],
    [['live', 'demo'], '"demo" is one word too many.'],
    [['clips', 'cut', '--from', 'now'], 'CHANNEL is missing: the channel.'],
    [['clips', 'cut', 'demo'], '--from is missing: where it begins.'],
    [['clips', 'cut', 'DEMO', '--from', 'now'], 'CHANNEL is small letters.'],
    [['clips', 'cut', 'demo', '--from', 'now', '--dvr-window', 'x'], /^--dvr-window is a length of time, such as /],
    [['clips', 'cut', 'demo', '--form', 'now'], '"clips cut" has no option --form. Did you mean "--from"?'],
    [['clips', 'cut', 'demo', '--from'], /--from/],
    [['clips', 'cut', 'demo', '--from', 'a', '--from', 'b'], '--from is given twice.'],
    [['live', '--url', 'http://a', '--url', 'http://b'], '--url is given twice.'],
  ])('is said: %j', async (argv, sentence) => {
    expect(await said(...argv)).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence));
  });

  it('never is said with what may be secret', async () => {
    expect(await said('live', '--tokn', 'sluice_secret')).not.toContain('sluice_secret');
    expect(await said('live', '--json=sluice_secret')).not.toContain('sluice_secret');
    expect(await said('live', '--tokn=sluice_secret')).not.toContain('sluice_secret');
  });
});

describe('help', () => {
  it('is of what is named', async () => {
    expect(await said()).toEqual({ help: [] });
    expect(await said('--help')).toEqual({ help: [] });
    expect(await said('help')).toEqual({ help: [] });
    expect(await said('help', 'clips', 'cut')).toEqual({ help: ['clips', 'cut'] });
    expect(await said('clips', '--help')).toEqual({ help: ['clips'] });
    expect(await said('clips', 'cut', '-h')).toEqual({ help: ['clips', 'cut'] });
    expect(await said('clips', 'cut', '--from', '--help')).toEqual({ help: ['clips', 'cut'] });
    expect(await said('help', 'nothing')).toBe('There is no command "nothing".');
  });
});
