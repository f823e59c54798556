import { describe, expect, it } from 'vitest';
import { bundleConfig } from './oci-bundle.ts';

const IMAGE = {
  root: '/images/one',
  layerBytes: [1],
  config: {
    User: '10001:10002',
    Env: ['PATH=/bin', 'SLUICE_HOST=0.0.0.0', 'WITH_EQUALS=a=b'],
    WorkingDir: '/app',
    Entrypoint: ['/usr/bin/tini', '--', 'node'],
    Volumes: { '/data': {} },
    Healthcheck: { Test: ['CMD', 'node'] },
    ExposedPorts: {},
    StopSignal: 'SIGTERM',
  },
};
const SECCOMP = { defaultAction: 'SCMP_ACT_ERRNO', architectures: [], syscalls: [] };

describe('the bundle of an image', () => {
  const environment = { SLUICE_HOST: '127.0.0.1', SLUICE_BUCKET: 'media' };
  const files = [{ from: '/secret', to: '/run/secrets/key' }];
  const config = bundleConfig({ image: IMAGE, environment, files, seccomp: SECCOMP });

  it('runs what the image says, as its user, with the given environment before its own', () => {
    expect(config).toMatchObject({
      process: {
        user: { uid: 10_001, gid: 10_002 },
        args: ['/usr/bin/tini', '--', 'node'],
        cwd: '/app',
        env: ['PATH=/bin', 'SLUICE_HOST=127.0.0.1', 'WITH_EQUALS=a=b', 'SLUICE_BUCKET=media'],
      },
    });
  });

  it('gives it a read-only root, no capability and no way to more privileges', () => {
    expect(config).toMatchObject({
      root: { path: '/images/one', readonly: true },
      process: { noNewPrivileges: true, capabilities: { bounding: [], effective: [], permitted: [] } },
      linux: { seccomp: SECCOMP },
    });
  });

  it('lets it write into its volumes alone, and read what it is handed', () => {
    expect(JSON.stringify(config)).toContain('"destination":"/data","type":"tmpfs"');
    expect(JSON.stringify(config)).toContain('"source":"/secret","options":["bind","ro"]');
  });
});
