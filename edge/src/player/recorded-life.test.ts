import { describe, expect, it } from 'vitest';
import { isAskingRecorded, nextRecordedState, type RecordedInput, type RecordedState } from './recorded-life.ts';

function after(...inputs: RecordedInput[]): RecordedState {
  return inputs.reduce<RecordedState>(nextRecordedState, 'asking');
}

describe('the life of who watches a recording', () => {
  it('goes from the link to the picture and to the end', () => {
    expect(after('told-of', 'picture-moves')).toBe('watching');
    expect(after('told-of', 'picture-moves', 'came-to-end', 'viewer-paused')).toBe('over');
    expect(after('told-of', 'picture-moves', 'came-to-end', 'viewer-played', 'picture-moves')).toBe('watching');
  });

  it('stays paused while somebody looks for a place in it', () => {
    const paused = after('told-of', 'picture-moves', 'viewer-paused');
    expect(nextRecordedState(nextRecordedState(paused, 'picture-stands'), 'picture-moves')).toBe('paused');
  });

  it('says what is wrong with the link, and opens when that is over', () => {
    expect(after('told-missing')).toBe('missing');
    expect(after('told-refused', 'told-of')).toBe('joining');
    expect(after('told-nothing', 'told-nothing', 'told-of', 'picture-moves')).toBe('watching');
  });

  it('asks again when it cannot be played any longer: it may have been removed', () => {
    const state = after('told-of', 'picture-moves', 'playback-failed');
    expect([state, isAskingRecorded(state)]).toEqual(['asking', true]);
    expect(nextRecordedState(state, 'told-missing')).toBe('missing');
  });

  it('ends where the browser cannot', () => {
    expect(after('cannot-play', 'told-of')).toBe('unsupported');
    expect(after('not-loaded', 'told-of')).toBe('unloaded');
  });
});
