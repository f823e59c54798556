import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ANSWER_BYTES_MAX, answerText, sendAnswer } from './answer.ts';
import type { CustomResourceEvent } from './custom-resource-event.ts';

const EVENT: CustomResourceEvent = {
  RequestType: 'Create',
  ResponseURL: 'http://127.0.0.1:1/answer?X-Amz-Signature=secret',
  StackId: `arn:aws:cloudformation:us-east-1:123456789012:stack/${'s'.repeat(128)}/8d1f9e20-1111-2222-3333-444455556666`,
  RequestId: 'request',
  LogicalResourceId: 'L'.repeat(255),
  ResourceProperties: {},
};
const ANSWER = { status: 'SUCCESS', physicalResourceId: 'p'.repeat(120) } as const;

describe('an answer to CloudFormation', () => {
  it('is short enough, however much there is to say', () => {
    const text = answerText(EVENT, { ...ANSWER, status: 'FAILED', reason: 'ö'.repeat(10_000) });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(ANSWER_BYTES_MAX);
    expect(JSON.parse(text)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/…$/) });
  });

  it('with too many attributes is our mistake', () => {
    expect(() => answerText(EVENT, { ...ANSWER, attributes: { a: 'x'.repeat(4_000) } })).toThrow(RangeError);
  });

  it('is sent again until it is taken', async () => {
    const statuses = [500, 503, 200];
    const server = createServer((_, response) => response.writeHead(statuses.shift() ?? 500).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const ResponseURL = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
    await sendAnswer({ ...EVENT, ResponseURL }, ANSWER, async () => undefined);
    expect(statuses).toEqual([]);
    server.closeAllConnections();
    server.close();
  });

  it('that nobody takes fails without telling the address, which is signed', async () => {
    const error = await sendAnswer(EVENT, ANSWER, async () => undefined).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/CloudFormation does not take the answer/);
    expect(String(error)).not.toContain('secret');
  });
});
