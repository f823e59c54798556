import { z } from 'zod';

/** Both are addresses of the task's own (169.254.170.2): the agent listens there and nobody else can. */
const Environment = z.object({
  /** Amazon ECS Developer Guide, "Task scale-in protection endpoint". */
  ECS_AGENT_URI: z.url().optional(),
  /** Amazon ECS Developer Guide, "Task metadata endpoint version 4". */
  ECS_CONTAINER_METADATA_URI_V4: z.url().optional(),
});

/** What ECS tells a container of itself; where neither is there, the process does not run in ECS. */
export interface EcsEnvironment {
  /** Of the container agent. */
  readonly agentUrl?: string;
  /** Of the task's metadata. */
  readonly metadataUrl?: string;
}

/** Reads what ECS has put into the environment. Whatever is no address counts as absent: it is nothing that we were told. */
export function readEcsEnvironment(environment: Readonly<Record<string, string | undefined>>): EcsEnvironment {
  const read = Environment.safeParse(environment);
  if (!read.success) return {};
  const { ECS_AGENT_URI: agentUrl, ECS_CONTAINER_METADATA_URI_V4: metadataUrl } = read.data;
  return { ...(agentUrl !== undefined && { agentUrl }), ...(metadataUrl !== undefined && { metadataUrl }) };
}

/** It runs as a task of ECS. */
export function isInEcs({ metadataUrl }: EcsEnvironment): boolean {
  return metadataUrl !== undefined;
}
