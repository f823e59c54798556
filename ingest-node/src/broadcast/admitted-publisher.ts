import type { AuthorizeAnswer, CheckedPublisher, IngestProtocol } from '@sluice/contracts';
import type { PublisherHandle } from '../server/publisher.ts';

/** Somebody whom the control API lets publish. */
export interface AdmittedPublisher {
  readonly handle: PublisherHandle;
  readonly authorized: AuthorizeAnswer;
  readonly protocol: IngestProtocol;
  /** It sends the same programme as another one, and is on air only while that one is not. */
  readonly isBackup: boolean;
}

/** As the control API is asked about somebody. */
export function checkedPublisher({ settings, keyId, authorizedAtMs }: AuthorizeAnswer): CheckedPublisher {
  return { channelId: settings.channelId, keyId, authorizedAtMs };
}
