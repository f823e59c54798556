import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { EventConsequence } from '../edge-events/edge-event-intake.ts';
import { webhookOfEdge } from '../webhooks/webhook-event.ts';

/** Of all events of a deployment: rules go by it and by the type. */
export const EVENT_SOURCE = 'sluice';

export interface EventBusOptions {
  readonly bridge: Pick<EventBridge, 'putEvents'>;
  readonly busName: string;
}

/** Tells the rest of the AWS account what webhooks are told, by EventBridge: at least once, in no order. */
export function toEventBus({ bridge, busName }: EventBusOptions): EventConsequence {
  return async (event, broadcast) => {
    const webhook = webhookOfEdge(event, broadcast);
    if (webhook === undefined) return;
    const { type, data } = webhook.payload;
    const answer = await bridge.putEvents({
      Entries: [
        {
          EventBusName: busName,
          Source: EVENT_SOURCE,
          DetailType: type,
          Detail: JSON.stringify({ id: webhook.messageId, ...data }),
          Time: new Date(event.atMs),
          Resources: [`sluice:channel/${broadcast.channelId}`],
        },
      ],
    });
    if ((answer.FailedEntryCount ?? 0) > 0) {
      throw new Error(`EventBridge did not take an event: ${answer.Entries?.[0]?.ErrorCode}`);
    }
  };
}
