import { z } from 'zod';
import { type PeerReply, type PeerRequest, ScriptedPeer } from '../control/scripted-peer.ts';

/** The container's own path at the agent (aws/amazon-ecs-agent: `/api/{container}/…`). */
const AGENT_PATH = '/api/8f03e41243824aea923aca126495f665-3605526859';
export const TASK_ARN = 'arn:aws:ecs:eu-west-1:123456789012:task/sluice/8f03e41243824aea923aca126495f665';

/** As the agent reads it: it refuses fields that it does not know. */
const Body = z.strictObject({ ProtectionEnabled: z.boolean(), ExpiresInMinutes: z.int().min(1).max(2_880).optional() });

/** For tests: the agent of ECS as far as a node asks it, as strict as that one is. */
export class EcsAgent implements AsyncDisposable {
  readonly #peer: ScriptedPeer;
  /** What it says instead, each once; `undefined` for what it would say anyway. */
  readonly replies: (PeerReply | undefined | Promise<PeerReply>)[] = [];
  /** What was asked in the right way, from the first on. */
  readonly asked: z.infer<typeof Body>[] = [];

  private constructor(peer: ScriptedPeer) {
    this.#peer = peer;
  }

  static async start(): Promise<EcsAgent> {
    const peer = await ScriptedPeer.listen(() => ({ status: 500 }));
    const agent = new EcsAgent(peer);
    peer.script = (request) => agent.#answer(request);
    return agent;
  }

  /** `ECS_AGENT_URI`. */
  get url(): string {
    return this.#peer.url + AGENT_PATH;
  }

  /** `ECS_CONTAINER_METADATA_URI_V4`. */
  get metadataUrl(): string {
    return `${this.#peer.url}/v4/8f03e41243824aea923aca126495f665-3605526859`;
  }

  /** Resolves when so many requests were answered. */
  async untilAsked(count: number): Promise<void> {
    await this.#peer.until(() => this.asked.length >= count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer[Symbol.asyncDispose]();
  }

  #answer({ method, path, body }: PeerRequest): PeerReply | Promise<PeerReply> {
    if (method === 'GET' && path === `${new URL(this.metadataUrl).pathname}/task`) {
      return { status: 200, body: { Cluster: 'sluice', TaskARN: TASK_ARN, Family: 'ingest', Revision: '1' } };
    }
    const read = Body.safeParse(body);
    if (method !== 'PUT' || path !== `${AGENT_PATH}/task-protection/v1/state` || !read.success) {
      return agentError(400, 'InvalidParameterException');
    }
    this.asked.push(read.data);
    return this.replies.shift() ?? { status: 200, body: { protection: protectionOf(read.data) } };
  }
}

function protectionOf({ ProtectionEnabled }: z.infer<typeof Body>) {
  return { ProtectionEnabled, TaskArn: TASK_ARN, ...(ProtectionEnabled && { ExpirationDate: '2026-11-26T20:00:00Z' }) };
}

/** As the agent says that ECS did not do it, with status 200. */
export function agentFailure(Reason: string): PeerReply {
  return { status: 200, body: { failure: { Arn: TASK_ARN, Detail: null, Reason } } };
}

/** As the agent says that it failed, or that ECS did. */
export function agentError(status: number, Code: string): PeerReply {
  return { status, body: { error: { Arn: TASK_ARN, Code, Message: `It is ${Code}.` } } };
}
