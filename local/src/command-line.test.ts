import { describe, expect, it } from 'vitest';
import { CommandLineError, parseStartOptions } from './command-line.ts';

describe('the words after npm start --', () => {
  it('default to the demo, profile low and the documented ports', () => {
    expect(parseStartOptions([])).toEqual({
      isDemoOn: true,
      dataDirectory: '.sluice',
      portOffset: 0,
      profile: 'low',
      arePrivateTargetsAllowed: false,
      regionCount: 1,
    });
  });

  it('switch the demo off, move the data and the ports, choose a profile, let targets be near, make regions', () => {
    const words = [
      '--no-demo',
      '--data',
      'somewhere',
      '--port-offset',
      '100',
      '--profile',
      'ultra',
      '--private-targets',
      '--regions',
      '2',
    ];
    expect(parseStartOptions(words)).toEqual({
      isDemoOn: false,
      dataDirectory: 'somewhere',
      portOffset: 100,
      profile: 'ultra',
      arePrivateTargetsAllowed: true,
      regionCount: 2,
    });
  });

  it.each([
    [['--port-offset', '-1']],
    [['--port-offset', '60000']],
    [['--port-offset', '1.5']],
    [['--profile', 'fast']],
    [['--port-offset', '55000', '--regions', '2']],
    [['--regions', '0']],
    [['--regions', '4']],
    [['--regions', 'two']],
    [['--deom']],
    [['stray']],
  ])('refuse %j with a sentence', (words) => {
    expect(() => parseStartOptions(words)).toThrow(CommandLineError);
  });

  it('answer help', () => {
    expect(parseStartOptions(['--help'])).toBe('help');
  });
});
