import { z } from 'zod';

/** The agent is on the same machine. */
const ANSWER_MS_MAX = 2_000;
/** A few hundred bytes a container. */
const ANSWER_BYTES_MAX = 256 * 1024;
/** `arn:aws:ecs:eu-west-1:123456789012:task/cluster/0123456789abcdef0123456789abcdef` */
const TASK_ARN = /^arn:[a-z-]+:ecs:([a-z0-9-]{1,24}):\d{12}:task\/(?:[\w-]+\/)?([0-9a-zA-Z-]{1,36})$/;

/** Amazon ECS Developer Guide, "Amazon ECS task metadata endpoint version 4", the paths of a task. */
const Answer = z.object({
  TaskARN: z.string().max(512).regex(TASK_ARN),
  Family: z.string().min(1).max(255),
  Revision: z.string().regex(/^\d{1,9}$/),
});

/** Which task of ECS this process runs as. */
export interface TaskMetadata {
  readonly region: string;
  readonly taskId: string;
  /** The task definition that it was made from: `family:revision`. */
  readonly definition: string;
}

/** Rejects when the metadata endpoint does not say which task this is. @param metadataUrl `ECS_CONTAINER_METADATA_URI_V4` */
export async function readTaskMetadata(metadataUrl: string): Promise<TaskMetadata> {
  const response = await fetch(`${metadataUrl}/task`, {
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  const bytes = await response.arrayBuffer();
  if (!response.ok || bytes.byteLength > ANSWER_BYTES_MAX) throw new Error(`the task's metadata: ${response.status}`);
  const { TaskARN, Family, Revision } = Answer.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  const [, region = '', taskId = ''] = TASK_ARN.exec(TaskARN) ?? [];
  return { region, taskId, definition: `${Family}:${Revision}` };
}
