import { describe, expect, it } from 'vitest';
import { isAskingState, nextViewerState, VIEWER_LIFE, type ViewerInput, type ViewerState } from './viewer-life.ts';

function after(...inputs: ViewerInput[]): ViewerState {
  return inputs.reduce<ViewerState>(nextViewerState, 'asking');
}

describe('the life of a viewer', () => {
  it('goes from offline to watching by itself', () => {
    expect(after('told-offline', 'told-starting', 'told-live', 'picture-moves')).toBe('watching');
  });

  it('takes up the next broadcast after one has ended', () => {
    const ended = after('told-live', 'picture-moves', 'broadcast-ended');
    expect(ended).toBe('ended');
    expect(nextViewerState(ended, 'told-offline')).toBe('ended');
    expect(nextViewerState(ended, 'told-live')).toBe('joining');
  });

  it('asks for the status again when a broadcast cannot be played any longer', () => {
    const state = after('told-live', 'picture-moves', 'picture-stands', 'playback-failed');
    expect(state).toBe('asking');
    expect(isAskingState(state)).toBe(true);
  });

  it('does not call the time before the first frame a stall', () => {
    expect(after('told-live', 'picture-stands')).toBe('joining');
  });

  it('stays paused whatever the picture does', () => {
    const paused = after('told-live', 'picture-moves', 'viewer-paused');
    expect(nextViewerState(paused, 'picture-moves')).toBe('paused');
    expect(nextViewerState(nextViewerState(paused, 'viewer-played'), 'picture-moves')).toBe('watching');
  });

  it('waits for a gesture where the browser wants one', () => {
    expect(after('told-live', 'autoplay-refused')).toBe('blocked');
    expect(after('told-live', 'autoplay-refused', 'viewer-played', 'picture-moves')).toBe('watching');
  });

  it('ignores what a past source still tells', () => {
    expect(after('told-offline', 'picture-moves')).toBe('offline');
  });

  it('never plays again in a browser that cannot', () => {
    expect(Object.keys(VIEWER_LIFE.unsupported)).toEqual([]);
    expect(after('told-live', 'cannot-play', 'told-live')).toBe('unsupported');
    expect(after('not-loaded', 'told-live')).toBe('unloaded');
  });

  it('joins anew where the picture is taken away for its sound, and stays paused', () => {
    expect(after('told-live', 'picture-moves', 'source-changes')).toBe('joining');
    expect(after('told-live', 'picture-moves', 'viewer-paused', 'source-changes', 'picture-stands')).toBe('paused');
  });

  it('begins by itself once the viewer is let in, and says so when that ends', () => {
    expect(after('told-refused', 'told-live', 'picture-moves')).toBe('watching');
    expect(after('told-live', 'picture-moves', 'playback-failed', 'told-refused')).toBe('refused');
  });

  it('asks for the status exactly where a status is understood', () => {
    for (const [state, row] of Object.entries(VIEWER_LIFE)) {
      expect(isAskingState(state as ViewerState)).toBe('told-live' in row);
    }
  });
});
