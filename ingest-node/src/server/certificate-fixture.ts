import { generate } from 'selfsigned';
import type { TlsCertificate } from './tls-acceptor.ts';

/** A certificate for 127.0.0.1 and its key, new each time, so that no key lies in the repository. */
export async function madeCertificate(commonName = 'localhost'): Promise<TlsCertificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { cert, key };
}
