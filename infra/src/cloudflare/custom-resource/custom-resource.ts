import type { z } from 'zod';
import type { CloudflareApi } from '../api/cloudflare-api.ts';
import { CloudflareError } from '../api/cloudflare-error.ts';
import { type Answer, sendAnswer } from './answer.ts';
import { CustomResourceEvent } from './custom-resource-event.ts';
import { Refusal } from './refusal.ts';
import { stackMark } from './stack-mark.ts';

/** Where a line of a function's log goes. */
export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

/** One time that CloudFormation asks. */
export interface Asked<PROPERTIES> {
  readonly event: CustomResourceEvent;
  /** See stackMark. */
  readonly mark: string;
  readonly properties: PROPERTIES;
  /** Absent where a resource is created or deleted, and where what was before cannot be read. */
  readonly oldProperties: PROPERTIES | undefined;
  readonly api: CloudflareApi;
}

export interface CustomResource<PROPERTIES extends { readonly ApiTokenSecretArn: string }> {
  readonly properties: z.ZodType<PROPERTIES>;
  /**
   * What makes another resource of it. It is in the resource's id, not compared with what was before: a change that was
   * refused is followed by one back, to which the refused one is what was before.
   */
  identity(properties: PROPERTIES): readonly string[];
  /** Reads the token out of its secret. Throws Refusal. */
  openApi(properties: PROPERTIES): Promise<CloudflareApi>;
  /** Makes it so, whatever there is. Throws CloudflareError and Refusal. */
  apply(asked: Asked<PROPERTIES>): Promise<Readonly<Record<string, string>>>;
  /** Removes what `apply` made, all of it or a part. Throws CloudflareError and Refusal. */
  remove(asked: Asked<PROPERTIES>): Promise<void>;
  readonly log: Log;
}

/**
 * Behind the id of a resource of which nothing was made when its Create failed. Its Delete looks all the same (Lambda may
 * have started that Create twice), but does not fail for what made the Create fail: wrong properties, or no token.
 */
const NOTHING_MADE = '-nothing-made';

/**
 * A Lambda function behind a custom resource. It answers CloudFormation itself: behind CDK's provider framework a Create
 * that failed is never deleted (custom-resources/lib/provider-framework/runtime/cfn-response.ts, `safeHandler`), and what
 * it had made until then would stay.
 */
export function customResourceHandler<PROPERTIES extends { readonly ApiTokenSecretArn: string }>(
  resource: CustomResource<PROPERTIES>,
) {
  return async (rawEvent: unknown, context?: FunctionContext): Promise<void> => {
    const event = CustomResourceEvent.parse(rawEvent);
    const answer = await Promise.race([answerTo(event, resource), ...deadline(event, resource, context)]);
    resource.log(answer.status === 'FAILED' ? 'error' : 'info', `${event.RequestType}: ${answer.reason ?? 'done'}`);
    await sendAnswer(event, answer);
  };
}

/** As much of Lambda's context as is asked for. */
export interface FunctionContext {
  getRemainingTimeInMillis(): number;
}

/** What it takes to tell CloudFormation. */
const ENDS_BEFORE_MS = 30_000;

/**
 * The answer of a function that is about to run out of time: otherwise CloudFormation waits for Lambda's further tries, and
 * for an hour where those end likewise. Whatever is under way ends with the function.
 */
function deadline<PROPERTIES extends { readonly ApiTokenSecretArn: string }>(
  event: CustomResourceEvent,
  resource: CustomResource<PROPERTIES>,
  context: FunctionContext | undefined,
): Promise<Answer>[] {
  if (context === undefined) return [];
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const answer = (): Answer => ({
    status: 'FAILED',
    physicalResourceId: physicalIdAtEnd(event, resource),
    reason: 'It took longer than the function may run. Deploy again: it goes on where this ended.',
  });
  setTimeout(() => resolve(answer()), context.getRemainingTimeInMillis() - ENDS_BEFORE_MS).unref();
  return [promise];
}

function physicalIdAtEnd<PROPERTIES extends { readonly ApiTokenSecretArn: string }>(
  event: CustomResourceEvent,
  resource: CustomResource<PROPERTIES>,
): string {
  if (event.RequestType !== 'Create') return event.PhysicalResourceId;
  const identity = resource.identity(parsed(resource.properties, event.ResourceProperties));
  return physicalIdOf(event, stackMark(event), identity);
}

async function answerTo<PROPERTIES extends { readonly ApiTokenSecretArn: string }>(
  event: CustomResourceEvent,
  resource: CustomResource<PROPERTIES>,
): Promise<Answer> {
  const mark = stackMark(event);
  let physicalResourceId = event.RequestType === 'Create' ? mark : event.PhysicalResourceId;
  let api: CloudflareApi | undefined;
  try {
    const properties = parsed(resource.properties, event.ResourceProperties);
    physicalResourceId = physicalIdOf(event, mark, resource.identity(properties));
    api = await resource.openApi(properties);
    const oldProperties = oldOf(event, resource);
    const asked = { event, mark, properties, oldProperties, api };
    if (event.RequestType === 'Delete') {
      await resource.remove(asked);
      return { status: 'SUCCESS', physicalResourceId };
    }
    return { status: 'SUCCESS', physicalResourceId, attributes: await resource.apply(asked) };
  } catch (error) {
    if (event.RequestType === 'Delete' && physicalResourceId.endsWith(NOTHING_MADE)) {
      resource.log('warn', `Nothing is known to be left, but it was not looked at: ${reasonOf(error, resource.log)}`);
      return { status: 'SUCCESS', physicalResourceId };
    }
    const isNothingMade = event.RequestType === 'Create' && api?.hasChanged !== true;
    return {
      status: 'FAILED',
      physicalResourceId: isNothingMade ? `${physicalResourceId}${NOTHING_MADE}` : physicalResourceId,
      reason: reasonOf(error, resource.log),
    };
  }
}

/** Throws Refusal. */
function physicalIdOf(event: CustomResourceEvent, mark: string, identity: readonly string[]): string {
  const id = `${mark}/${identity.join('/')}`;
  if (event.RequestType === 'Create') return id;
  if (event.RequestType === 'Update' && event.PhysicalResourceId !== id) {
    throw new Refusal(
      `This cannot change in a stack that is there: it was ${event.PhysicalResourceId}, and would be ${id}`,
    );
  }
  return event.PhysicalResourceId;
}

function parsed<PROPERTIES>(schema: z.ZodType<PROPERTIES>, given: Readonly<Record<string, unknown>>): PROPERTIES {
  const { ServiceToken: _token, ServiceTimeout: _timeout, ...properties } = given;
  const read = schema.safeParse(properties);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Refusal(`The property ${issue?.path.join('.')} is not as it should be: ${issue?.message}`);
}

/** What was before may be of another version of this code. */
function oldOf<PROPERTIES extends { readonly ApiTokenSecretArn: string }>(
  event: CustomResourceEvent,
  { properties, log }: CustomResource<PROPERTIES>,
): PROPERTIES | undefined {
  if (event.RequestType !== 'Update') return undefined;
  try {
    return parsed(properties, event.OldResourceProperties);
  } catch {
    log('warn', 'What the resource was before cannot be read; what it no longer needs stays');
    return undefined;
  }
}

/** Only sentences that were written to be read go outward. */
function reasonOf(error: unknown, log: Log): string {
  if (error instanceof Refusal || error instanceof CloudflareError) return error.message;
  log('error', error instanceof Error ? `${error.name}: ${error.message}` : 'unforeseen');
  return `${error instanceof Error ? error.name : 'An unforeseen error'}; more stands in the function's log`;
}
