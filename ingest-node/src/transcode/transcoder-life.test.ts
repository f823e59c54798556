import { describe, expect, it } from 'vitest';
import { nextTranscoderState, TRANSCODER_LIFE, type TranscoderInput, type TranscoderState } from './transcoder-life.ts';

function lived(inputs: readonly TranscoderInput[]): TranscoderState | undefined {
  let state: TranscoderState | undefined = 'spawning';
  for (const input of inputs) state = state === undefined ? undefined : nextTranscoderState(state, input);
  return state;
}

describe('the life of a transcoder', () => {
  it.each<[string, TranscoderInput[], TranscoderState]>([
    ['a broadcast that is stopped', ['ready', 'described', 'stop', 'process-gone'], 'exited'],
    ['a short source, described only once it is stopped', ['ready', 'stop', 'described', 'process-gone'], 'exited'],
    ['a stop while the child still loads', ['stop', 'ready', 'process-gone'], 'exited'],
    ['a child that never loads', ['time-ran-out', 'time-ran-out', 'process-gone'], 'exited'],
    ['a child that does not stop', ['ready', 'described', 'stop', 'time-ran-out'], 'killing'],
    ['a child that talks while it is killed', ['ready', 'broke', 'described', 'ready', 'stop'], 'killing'],
    ['a stop after the end', ['ready', 'described', 'process-gone', 'stop'], 'exited'],
  ])('%s', (_name, inputs, state) => {
    expect(lived(inputs)).toBe(state);
  });

  it.each<[string, TranscoderInput[]]>([
    ['is ready twice', ['ready', 'ready']],
    ['describes before it is ready', ['described']],
    ['describes twice', ['ready', 'described', 'described']],
    ['ends twice', ['process-gone', 'process-gone']],
  ])('has no step for a child that %s', (_name, inputs) => {
    expect(lived(inputs)).toBeUndefined();
  });

  it('ends from every state when the process does, and only then', () => {
    for (const [state, steps] of Object.entries(TRANSCODER_LIFE)) {
      for (const [input, next] of Object.entries(steps)) {
        if (state !== 'exited') expect(next === 'exited').toBe(input === 'process-gone');
      }
      if (state !== 'exited') expect(steps).toHaveProperty('process-gone', 'exited');
    }
  });
});
