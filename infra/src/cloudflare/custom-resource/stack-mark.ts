import { createHash } from 'node:crypto';
import type { CustomResourceEvent } from './custom-resource-event.ts';

/** 64 bits: no two resources of one account meet by chance. */
const MARK_HEX_CHARS = 16;

/**
 * What tells the things that this resource of this stack made in Cloudflare from all others. Of the resource too: one
 * that gets another name in its template is another one, and must not take over what the first is about to delete.
 */
export function stackMark({ StackId, LogicalResourceId }: Pick<CustomResourceEvent, 'StackId' | 'LogicalResourceId'>) {
  const hash = createHash('sha256').update(`${StackId}\n${LogicalResourceId}`).digest('hex');
  return `sluice-${hash.slice(0, MARK_HEX_CHARS)}`;
}

const MARK = new RegExp(`^sluice-[0-9a-f]{${MARK_HEX_CHARS}}$`);

/** Whether it is the mark of a resource of some stack of Sluice, perhaps of ours. */
export function isStackMark(text: string): boolean {
  return MARK.test(text);
}

/** `sluice-prod` out of `arn:aws:cloudformation:…:stack/sluice-prod/…`: for people. */
export function stackName(stackId: string): string {
  return stackId.split('/')[1] ?? stackId;
}
