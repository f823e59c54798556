import { expect, it } from 'vitest';
import { captionName, isReadable } from './caption-tracks.ts';

it.each([
  [{ kind: 'subtitles', label: 'Français', language: 'fr' }, 'Français'],
  [{ kind: 'subtitles', label: '', language: 'fr' }, 'French'],
  [{ kind: 'captions', label: '', language: 'en' }, 'English (captions)'],
  [{ kind: 'captions', label: '', language: '' }, 'Track 3 (captions)'],
  [{ kind: 'subtitles', label: '', language: 'und' }, 'Track 3'],
  [{ kind: 'subtitles', label: '', language: 'no language!' }, 'no language!'],
] as const)('%o is called %s', (track, name) => {
  expect(captionName(track, 2)).toBe(name);
});

it('what is no text to read is not offered', () => {
  expect(['captions', 'subtitles', 'metadata', 'chapters', 'descriptions'].map((kind) => isReadable({ kind }))).toEqual(
    [true, true, false, false, false],
  );
});
