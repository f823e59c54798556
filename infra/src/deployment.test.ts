import { describe, expect, it } from 'vitest';
import { readDeployment } from './deployment.ts';

function read(mediaDaysMax: unknown) {
  return readDeployment({ tryGetContext: (name) => (name === 'mediaDaysMax' ? mediaDaysMax : undefined) });
}

describe('the settings of a deployment', () => {
  it('keep media for ever when nothing is said', () => expect(read(undefined)).toEqual({}));

  it.each([['1'], [1], ['3650']])('take %j days, as text or as a number', (days) => {
    expect(read(days)).toEqual({ mediaDaysMax: Number(days) });
  });

  it.each([['0'], ['3651'], ['1.5'], ['soon'], [''], ['-1']])('do not take %j days', (days) => {
    expect(() => read(days)).toThrow();
  });
});
