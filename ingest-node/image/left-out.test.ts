import { describe, expect, it } from 'vitest';
import { isLeftOut } from './left-out.ts';

const PLAIN = { name: 'some-package', main: './index.js' };
const AWS = { name: '@aws-sdk/client-s3', main: './dist-cjs/index.js' };
const AV = { name: 'node-av', main: './dist/index.js' };
const KOFFI = { name: 'koffi', main: './index.cjs' };

describe('what of an npm package stays out of the image', () => {
  it.each([
    [PLAIN, 'index.js'],
    [PLAIN, 'lib/docs.js'],
    [PLAIN, 'lib/test/data.json'],
    [PLAIN, 'package.json'],
    [PLAIN, 'LICENSE'],
    [PLAIN, 'LICENSE.md'],
    [PLAIN, 'docs/LICENCE.txt'],
    [PLAIN, 'dist-es/index.js'],
    [AWS, 'dist-cjs/index.js'],
    [AV, 'dist/lib/index.js'],
    [AV, 'dist/constants/options.js'],
    [KOFFI, 'src/koffi/index.js'],
  ])('of $name it has %s', (installed, path) => expect(isLeftOut(path, installed)).toBe(false));

  it.each([
    [PLAIN, 'index.d.ts'],
    [PLAIN, 'index.d.cts'],
    [PLAIN, 'src/index.ts'],
    [PLAIN, 'index.js.map'],
    [PLAIN, 'README.md'],
    [PLAIN, 'test/index.js'],
    [PLAIN, 'fixtures/license.js'],
    [PLAIN, 'musl_x64/koffi.node'],
    [AWS, 'dist-es/index.js'],
    [AWS, 'dist-types/index.js'],
    [AV, 'dist/api/index.js'],
    [AV, 'dist/index.js'],
    [KOFFI, 'vendor/node-addon-api/napi.h'],
    [KOFFI, 'src/koffi/src/call.cc'],
  ])('of $name it has not %s', (installed, path) => expect(isLeftOut(path, installed)).toBe(true));
});
