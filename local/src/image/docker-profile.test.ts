import { describe, expect, it } from 'vitest';
import { seccompOf } from './docker-profile.ts';

const PROFILE = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: 38,
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: null },
  ],
  syscalls: [
    { names: ['read'], action: 'SCMP_ACT_ALLOW', args: [], includes: {}, excludes: {} },
    { names: ['arch_prctl'], action: 'SCMP_ACT_ALLOW', args: [], includes: { arches: ['amd64'] }, excludes: {} },
    { names: ['bpf'], action: 'SCMP_ACT_ALLOW', args: [], includes: { caps: ['CAP_SYS_ADMIN'] }, excludes: {} },
    { names: ['bpf'], action: 'SCMP_ACT_ERRNO', errnoRet: 1, includes: {}, excludes: { caps: ['CAP_SYS_ADMIN'] } },
    { names: ['socket'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 16 }], includes: {}, excludes: {} },
  ],
};

describe('Docker’s list of system calls, for a container without capabilities', () => {
  it('is that of the processor, with what a missing capability refuses', () => {
    expect(seccompOf(PROFILE, 'x64')).toEqual({
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 38,
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'],
      syscalls: [
        { names: ['read'], action: 'SCMP_ACT_ALLOW' },
        { names: ['arch_prctl'], action: 'SCMP_ACT_ALLOW' },
        { names: ['bpf'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
        { names: ['socket'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 16 }] },
      ],
    });
    const arm = seccompOf(PROFILE, 'arm64');
    expect(arm.architectures).toEqual(['SCMP_ARCH_AARCH64']);
    expect(JSON.stringify(arm)).not.toContain('arch_prctl');
  });

  it('is not there for other processors', () => expect(() => seccompOf(PROFILE, 'riscv64')).toThrow('riscv64'));
});
