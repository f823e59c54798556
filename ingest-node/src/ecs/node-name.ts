import { randomBytes } from 'node:crypto';
import { NodeId } from '@sluice/contracts';
import { readEcsEnvironment } from './ecs-environment.ts';
import { readTaskMetadata } from './task-metadata.ts';

/** So that a container that is restarted within its task is another node. */
const RUN_BYTES = 3;

/** A name that no other run of a node has. */
export function randomNodeId(): NodeId {
  return NodeId.parse(`node-${randomBytes(RUN_BYTES * 2).toString('hex')}`);
}

/**
 * The same for a task of ECS, by which it is found there: `eu-west-1-{task}-{run}`. Rejects when the metadata endpoint does
 * not say which task this is.
 */
export async function ecsNodeId(metadataUrl: string): Promise<NodeId> {
  const { region, taskId } = await readTaskMetadata(metadataUrl);
  return NodeId.parse(`${region}-${taskId}-${randomBytes(RUN_BYTES).toString('hex')}`);
}

/** The name of this run: told, or of its task, or made up. Never rejects; `why` says what kept it from asking ECS. */
export async function nameNode(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly nodeId: NodeId; readonly why?: string }> {
  const { metadataUrl } = readEcsEnvironment(environment);
  if (environment.SLUICE_NODE_ID !== undefined || metadataUrl === undefined) return { nodeId: randomNodeId() };
  try {
    return { nodeId: await ecsNodeId(metadataUrl) };
  } catch (error) {
    return { nodeId: randomNodeId(), why: error instanceof Error ? error.message : 'error' };
  }
}
