import { describe, expect, it, vi } from 'vitest';

vi.mock('../session/session.ts', () => ({ api: {}, onSignOut: () => undefined }));
const { nameError, nameFrom } = await import('./new-channel.ts');

describe('the name of a channel', () => {
  it.each([
    ['Main Stage', 'main-stage'],
    ['my_cam.2', 'my-cam-2'],
    ['ok', 'ok'],
  ])('%s becomes %s while it is typed', (typed, name) => expect(nameFrom(typed)).toBe(name));

  it.each([
    ['', 'A channel needs a name.'],
    ['-a', 'A name begins with a letter or a digit.'],
    ['a', 'A name has 2 to 63 characters.'],
    ['a'.repeat(64), 'A name has 2 to 63 characters.'],
    ['grüß', 'A name is made of a-z, 0-9 and -.'],
    ['main-stage', undefined],
    ['a'.repeat(63), undefined],
  ])('%s: %s', (name, error) => expect(nameError(name)).toBe(error));
});
