import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { CloudflareApiOptions } from '../api/cloudflare-api.ts';
import type { Log } from '../custom-resource/custom-resource.ts';
import { CloudflareStandIn, STAND_IN_TOKEN } from './cloudflare-stand-in.ts';
import { SecretsStandIn } from './secrets-stand-in.ts';
import { LOST_STACK_ID, type StackResource, StackStandIn } from './stack-stand-in.ts';
import type { AccountState } from './stand-in-account.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:';
export const API_TOKEN_ARN = `${ARN}cloudflare-AbCdEf`;
export const EDGE_TOKEN_ARN = `${ARN}edge-AbCdEf`;
export const CREDENTIALS_ARN = `${ARN}r2-AbCdEf`;

/** What a custom resource's function is given. */
export interface FunctionWorld {
  readonly secrets: SecretsManager;
  readonly log: Log;
  readonly api: Omit<CloudflareApiOptions, 'token'>;
}
export type FunctionHandler = (event: unknown) => Promise<void>;

export interface WorldParts {
  readonly cloudflare: CloudflareStandIn;
  readonly secrets: SecretsStandIn;
  readonly stack: StackStandIn;
  readonly lostStack: StackStandIn;
  readonly log: string[];
  readonly owned: AsyncDisposableStack;
}

/** All that a test can come back to. */
export interface WorldState {
  readonly account: AccountState;
  readonly secrets: ReadonlyMap<string, string | undefined>;
  readonly resource: StackResource | undefined;
  readonly lostResource: StackResource | undefined;
}

/** Everything around the function of a custom resource: Cloudflare, CloudFormation, and Secrets Manager, all over HTTP. */
export class ResourceWorld implements AsyncDisposable {
  readonly cloudflare: CloudflareStandIn;
  readonly secrets: SecretsStandIn;
  readonly stack: StackStandIn;
  /** Another stack with the same resource, in a region that is lost. Nothing is in it until a test makes it. */
  readonly lostStack: StackStandIn;
  readonly log: string[];
  readonly #owned: AsyncDisposableStack;

  protected constructor({ cloudflare, secrets, stack, lostStack, log, owned }: WorldParts) {
    this.cloudflare = cloudflare;
    this.secrets = secrets;
    this.stack = stack;
    this.lostStack = lostStack;
    this.log = log;
    this.#owned = owned;
  }

  /** What there is now, to come back to by `restore`: starting another world for each call of a test takes far longer. */
  keep(): WorldState {
    const { account } = this.cloudflare;
    return {
      account: account.keep(),
      secrets: new Map(this.secrets.secrets),
      resource: this.stack.resource,
      lostResource: this.lostStack.resource,
    };
  }

  /** Violations stay: no test may lose one. */
  restore({ account, secrets, resource, lostResource }: WorldState): void {
    this.cloudflare.account.restore(account);
    this.cloudflare.calls.length = 0;
    this.cloudflare.faults.clear();
    this.cloudflare.busyFrom = Number.POSITIVE_INFINITY;
    this.secrets.secrets.clear();
    for (const [arn, value] of secrets) this.secrets.secrets.set(arn, value);
    this.stack.resource = resource;
    this.stack.answers.length = 0;
    this.lostStack.resource = lostResource;
    this.lostStack.answers.length = 0;
    this.log.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

/** Starts all that a world of `functionOf` is made of. Each of the three secrets is there; that of Cloudflare has its token. */
export async function startParts(functionOf: (world: FunctionWorld) => FunctionHandler): Promise<WorldParts> {
  await using owned = new AsyncDisposableStack();
  const cloudflare = owned.use(await CloudflareStandIn.start());
  const secrets = owned.use(await SecretsStandIn.start());
  secrets.secrets.set(API_TOKEN_ARN, STAND_IN_TOKEN);
  secrets.secrets.set(EDGE_TOKEN_ARN, undefined);
  secrets.secrets.set(CREDENTIALS_ARN, undefined);
  const { client } = secrets;
  const log: string[] = [];
  const handler = mortal(cloudflare, (sleep) => {
    const api = { baseUrl: cloudflare.url, sleep };
    return functionOf({ secrets: client, log: (level, message) => log.push(`${level} ${message}`), api });
  });
  const stack = owned.use(await StackStandIn.start(handler));
  const lostStack = owned.use(await StackStandIn.start(handler, LOST_STACK_ID));
  return { cloudflare, secrets, stack, lostStack, log, owned: owned.move() };
}

/**
 * A function whose process dies when the stand-in says so. What it was at is never heard of again: its connection breaks,
 * which it would answer by waiting and asking anew, and that wait never ends.
 */
function mortal(
  cloudflare: CloudflareStandIn,
  handlerOf: (sleep: () => Promise<void>) => FunctionHandler,
): FunctionHandler {
  return async (event) => {
    const { promise: death, reject } = Promise.withResolvers<never>();
    let isDead = false;
    cloudflare.onDeath = () => {
      isDead = true;
      reject(new Error('the process died'));
    };
    const sleep = () => (isDead ? new Promise<void>(() => undefined) : Promise.resolve());
    await Promise.race([handlerOf(sleep)(event), death]);
  };
}
