import { expect, it } from 'vitest';
import { connectFailure } from './push-failure.ts';

it.each([
  ['ECONNREFUSED', false, 'unreachable'],
  ['ECONNREFUSED', true, 'unreachable'],
  ['ECONNRESET', true, 'handshake-failed'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', true, 'handshake-failed'],
  ['CERT_HAS_EXPIRED', true, 'certificate-invalid'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true, 'certificate-invalid'],
  ['SELF_SIGNED_CERT_IN_CHAIN', true, 'certificate-invalid'],
  ['CERT_HAS_EXPIRED', false, 'unreachable'],
])('a connection that failed with %s (TLS: %s) is %s, and its address is not told', (code, isTls, reason) => {
  const failure = connectFailure(Object.assign(new Error('connect to 192.0.2.1:1935'), { code }), isTls);
  expect(failure).toMatchObject({ reason, message: expect.stringContaining(`(${code})`) });
  expect(failure.message).not.toContain('192.0.2.1');
  expect(connectFailure('something', false)).toMatchObject({ reason: 'unreachable' });
});
