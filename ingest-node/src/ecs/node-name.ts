import { randomBytes } from 'node:crypto';
import { NodeId } from '@sluice/contracts';
import { z } from 'zod';
import { readEcsEnvironment } from './ecs-environment.ts';

/** The agent is on the same machine. */
const ANSWER_MS_MAX = 2_000;
/** A few hundred bytes a container. */
const ANSWER_BYTES_MAX = 256 * 1024;
/** So that a container that is restarted within its task is another node. */
const RUN_BYTES = 3;

/** `arn:aws:ecs:eu-west-1:123456789012:task/cluster/0123456789abcdef0123456789abcdef` */
const TASK_ARN = /^arn:[a-z-]+:ecs:([a-z0-9-]{1,24}):\d{12}:task\/(?:[\w-]+\/)?([0-9a-zA-Z-]{1,36})$/;

const TaskMetadata = z.object({ TaskARN: z.string().max(512).regex(TASK_ARN) });

/** A name that no other run of a node has. */
export function randomNodeId(): NodeId {
  return NodeId.parse(`node-${randomBytes(RUN_BYTES * 2).toString('hex')}`);
}

/**
 * The same for a task of ECS, by which it is found there: `eu-west-1-{task}-{run}`. Rejects when the metadata endpoint does
 * not say which task this is.
 */
export async function ecsNodeId(metadataUrl: string): Promise<NodeId> {
  const response = await fetch(`${metadataUrl}/task`, {
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  const bytes = await response.arrayBuffer();
  if (!response.ok || bytes.byteLength > ANSWER_BYTES_MAX) throw new Error(`the task's metadata: ${response.status}`);
  const { TaskARN } = TaskMetadata.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  const [, region, task] = TASK_ARN.exec(TaskARN) ?? [];
  return NodeId.parse(`${region}-${task}-${randomBytes(RUN_BYTES).toString('hex')}`);
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
