import type { CustomResourceEvent } from './custom-resource-event.ts';

export interface Answer {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly physicalResourceId: string;
  /** What is told in the console where it failed. */
  readonly reason?: string;
  /** What `Fn::GetAtt` finds. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** CloudFormation takes no more ("Custom resource response objects"). */
export const ANSWER_BYTES_MAX = 4_096;
/** With all ids in it an answer has less than 1,500 bytes. */
const REASON_CHARS_MAX = 600;
const ATTEMPTS_MAX = 5;
const DELAY_MS = 1_000;
const TIMEOUT_MS = 20_000;

/** The answer as CloudFormation wants it. Throws RangeError when its attributes make it too long. */
export function answerText(event: CustomResourceEvent, answer: Answer): string {
  const text = JSON.stringify({
    Status: answer.status,
    ...(answer.reason !== undefined && { Reason: shortened(answer.reason) }),
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    PhysicalResourceId: answer.physicalResourceId,
    ...(answer.attributes && { Data: answer.attributes }),
  });
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > ANSWER_BYTES_MAX) throw new RangeError(`the answer has ${sizeBytes} bytes, of ${ANSWER_BYTES_MAX}`);
  return text;
}

/** Tells CloudFormation. Throws when it does not take it: then the function fails, and Lambda starts it again. */
export async function sendAnswer(event: CustomResourceEvent, answer: Answer, sleep = wait): Promise<void> {
  // Bytes, because fetch names a content type for text, and the address is signed for none.
  const body = new TextEncoder().encode(answerText(event, answer));
  for (let attempt = 1; ; attempt++) {
    const problem = await problemOfPut(event.ResponseURL, body);
    if (problem === undefined) return;
    if (attempt === ATTEMPTS_MAX) throw new Error(`CloudFormation does not take the answer: ${problem}`);
    await sleep(DELAY_MS * attempt);
  }
}

/** Without the address in it. */
async function problemOfPut(url: string, body: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  try {
    const response = await fetch(url, { method: 'PUT', body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.ok ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'unreachable';
  }
}

function shortened(reason: string): string {
  return reason.length <= REASON_CHARS_MAX ? reason : `${reason.slice(0, REASON_CHARS_MAX - 1)}…`;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
