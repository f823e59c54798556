import { describe, expect, it } from 'vitest';
import { RECORDED_LIFE } from './recorded-life.ts';
import { announcement, type ScreenFacts, screenWords } from './screen-words.ts';
import { VIEWER_LIFE } from './viewer-life.ts';

const DEMO: ScreenFacts = { name: 'demo' };

describe('what stands over the picture', () => {
  it('says that an offline channel is offline, and what will happen', () => {
    expect(screenWords('offline', DEMO)?.headline).toBe('Not live right now');
    expect(screenWords('offline', DEMO)?.detail).toContain('by itself');
  });

  it('tells a private channel from a link that does not open', () => {
    expect(screenWords('refused', DEMO)?.headline).toBe('This channel is private');
    const refused = screenWords('refused', { ...DEMO, refusal: 'The link has expired.' });
    expect(refused).toMatchObject({ headline: 'This link does not open', detail: 'The link has expired.' });
    expect(announcement('refused', { ...DEMO, refusal: 'The link has expired.' })).toContain('The link has expired.');
  });

  it('leaves the picture alone while it plays or waits', () => {
    for (const state of ['joining', 'watching', 'waiting', 'paused', 'blocked', 'over'] as const) {
      expect(screenWords(state, DEMO)).toBeUndefined();
    }
  });

  it('does not read every short wait to people who listen', () => {
    expect(announcement('waiting', DEMO)).toBeUndefined();
    expect(announcement('watching', DEMO)).toBe('demo is playing.');
  });

  it('tells who is offline from a stream that does not answer', () => {
    const headline = (reach: ScreenFacts['reach']) => screenWords('unreachable', { ...DEMO, reach })?.headline;
    expect([headline('away'), headline('silent'), headline('broken')]).toEqual([
      'You are offline',
      'No connection',
      'The stream does not answer',
    ]);
    expect(headline(undefined)).toBe('No connection');
  });

  it('says something when the picture has stood for long, and what to do', () => {
    expect(screenWords('waiting', { ...DEMO, isLong: true })).toMatchObject({ action: 'retry' });
    expect(screenWords('waiting', { ...DEMO, isLong: true, reach: 'away' })?.headline).toBe('You are offline');
  });

  it('says something when the first picture does not come', () => {
    expect(screenWords('joining', { ...DEMO, isLong: true })).toMatchObject({ action: 'retry' });
    expect(screenWords('joining', { ...DEMO, isLong: true, reach: 'away' })?.headline).toBe('You are offline');
  });

  it('does not turn its wheel for ever where the same goes wrong again and again', () => {
    expect(screenWords('joining', { ...DEMO, trouble: 'media' })?.detail).toContain('another browser');
    expect(screenWords('joining', { ...DEMO, trouble: 'other' })).toMatchObject({ action: 'retry' });
  });

  it('tells a browser that plays nothing from one that lacks the codecs', () => {
    expect(screenWords('unsupported', DEMO)?.detail).toContain('Media Source');
    expect(screenWords('unsupported', { ...DEMO, isCodec: true })?.detail).toContain('H.264');
  });

  it('says of what cannot be there that it is not', () => {
    expect(screenWords('missing', { name: 'clip' })?.headline).toBe('There is no such clip');
  });

  it('has in each state a picture, a wheel, or words that say what to do or what will happen', () => {
    const quiet = new Set(['asking', 'joining', 'watching', 'waiting', 'paused', 'blocked', 'over']);
    for (const state of [...keys(VIEWER_LIFE), ...keys(RECORDED_LIFE)]) {
      expect([state, screenWords(state, DEMO) === undefined]).toEqual([state, quiet.has(state)]);
    }
  });
});

function keys<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(table) as K[];
}
