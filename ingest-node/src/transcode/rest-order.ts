import type { Rendition, RenditionId } from '@sluice/contracts';

export type RestOrderErrorCode = 'unknown-rendition' | 'not-a-picture' | 'all-pictures';

/** An order that no transcoder could follow. Ours: whoever gives orders knows the broadcast. */
export class RestOrderError extends Error {
  override readonly name = 'RestOrderError';
  readonly code: RestOrderErrorCode;
  constructor(code: RestOrderErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

/**
 * Why these may not rest; nothing where they are pictures of this broadcast, and not all of them. Sound costs next to
 * nothing, and somebody may come at any time: one picture is always there.
 */
export function restOrderFault(
  renditions: readonly Rendition[],
  ids: readonly RenditionId[],
): RestOrderError | undefined {
  for (const id of ids) {
    const rendition = renditions.find((each) => each.id === id);
    if (rendition === undefined) return new RestOrderError('unknown-rendition', id);
    if (rendition.kind !== 'video') return new RestOrderError('not-a-picture', id);
  }
  const isOneThere = renditions.some(({ kind, id }) => kind === 'video' && !ids.includes(id));
  return isOneThere ? undefined : new RestOrderError('all-pictures', 'one has to stay');
}
