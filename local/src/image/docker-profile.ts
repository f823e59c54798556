import { z } from 'zod';

const Names = z.array(z.string()).default([]);
const Only = z.object({ caps: Names, arches: Names }).partial().default({});

/** The file of system calls that Docker and Podman allow, in their own form. */
const DockerProfile = z.object({
  defaultAction: z.string(),
  defaultErrnoRet: z.int().optional(),
  archMap: z.array(z.object({ architecture: z.string(), subArchitectures: z.array(z.string()).nullish() })),
  syscalls: z.array(
    z.object({
      names: z.array(z.string()),
      action: z.string(),
      args: z.array(z.unknown()).nullish(),
      errnoRet: z.int().optional(),
      includes: Only,
      excludes: Only,
    }),
  ),
});

/** `linux.seccomp` of an OCI bundle (runtime-spec, config-linux.md). */
export interface OciSeccomp {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly object[];
}

const ARCHITECTURES: Readonly<Record<string, { readonly oci: string; readonly docker: string }>> = {
  x64: { oci: 'SCMP_ARCH_X86_64', docker: 'amd64' },
  arm64: { oci: 'SCMP_ARCH_AARCH64', docker: 'arm64' },
};

/**
 * What the profile allows to a container without capabilities on this processor. `includes` are conditions that must
 * hold, `excludes` ones that must not.
 */
export function seccompOf(profile: unknown, nodeArch: string): OciSeccomp {
  const { defaultAction, defaultErrnoRet, archMap, syscalls } = DockerProfile.parse(profile);
  const arch = ARCHITECTURES[nodeArch];
  if (arch === undefined) throw new Error(`no profile for ${nodeArch}`);
  const holds = ({ caps = [], arches = [] }: z.infer<typeof Only>) =>
    caps.length === 0 && (arches.length === 0 || arches.includes(arch.docker));
  const others = archMap.find(({ architecture }) => architecture === arch.oci)?.subArchitectures ?? [];
  return {
    defaultAction,
    ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
    architectures: [arch.oci, ...others],
    syscalls: syscalls
      // A capability among `excludes` is one that this container does not have.
      .filter(({ includes, excludes }) => holds(includes) && !(excludes.arches ?? []).includes(arch.docker))
      .map(({ names, action, args, errnoRet }) => ({
        names,
        action,
        ...(args === null || args === undefined || args.length === 0 ? {} : { args }),
        ...(errnoRet === undefined ? {} : { errnoRet }),
      })),
  };
}
