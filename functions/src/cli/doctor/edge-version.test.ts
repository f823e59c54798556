import { expect, it } from 'vitest';
import { judgeVersion } from './edge-version.ts';

it.each([
  ['1.2.3', 'ok', 'it is of this version, 1.2.3'],
  ['1.2.2', 'warn', 'it is of version 1.2.2, not 1.2.3'],
  [null, 'warn', 'it does not say which version it is of'],
])('an edge of version %s', (theirs, verdict, says) => {
  expect(judgeVersion(theirs, '1.2.3')).toMatchObject({ point: 'version', verdict, says });
});
