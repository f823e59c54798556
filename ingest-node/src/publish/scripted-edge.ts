import { Announcement, type NextPart, type NextParts, type PartAnnounced } from '@sluice/contracts';
import { type PeerReply, type PeerRequest, ScriptedPeer } from '../control/scripted-peer.ts';

/** For tests: an edge over HTTP that lists parts in order, as the real one does, and fails when it is told to. */
export class ScriptedEdge implements AsyncDisposable {
  readonly peer: ScriptedPeer;
  /** What is listed, of each rendition in order. */
  readonly listed = new Map<string, PartAnnounced[]>();
  isDescribed = false;
  isReturned = false;
  hasStandby = false;
  /** What viewers asked for of late; `undefined`: it does not know such things. */
  watched: string[] | undefined;
  /** Instead of an answer to the n-th announcement, from 1; `undefined` for the answer. */
  fault: (count: number) => PeerReply | undefined | Promise<PeerReply | undefined> = () => undefined;
  /** It knows what thumbnails are. */
  takesThumbnails = false;
  leaseReply: PeerReply;
  leaseMs = 60_000;

  private constructor(peer: ScriptedPeer) {
    this.peer = peer;
    this.leaseReply = { status: 200, body: this.lease() };
    peer.script = (request) => this.#answer(request);
  }

  static async listen(): Promise<ScriptedEdge> {
    return new ScriptedEdge(await ScriptedPeer.listen(() => ({ status: 500 })));
  }

  get announcements(): Announcement[] {
    const asked = this.peer.requests.filter(({ path }) => path.endsWith('/announce'));
    return asked.map(({ body }) => Announcement.parse(body));
  }

  lease(epoch = 1) {
    const broadcastId = `0123456789abcde${epoch}`;
    return { broadcastId, epoch, next: {}, initVersion: 0, leaseMs: this.leaseMs };
  }

  names(renditionId: string): string[] {
    return (this.listed.get(renditionId) ?? []).map(
      ({ msn, partIndex, isGap }) => `${msn}.${partIndex}${isGap ? ' gap' : ''}`,
    );
  }

  untilListed(renditionId: string, count: number): Promise<void> {
    return this.peer.until(() => this.names(renditionId).length >= count);
  }

  /** It restarts: what came after the last whole segment is gone, and with `everything` the description too. */
  restart(everything = false): void {
    for (const parts of this.listed.values()) {
      const whole = everything ? -1 : parts.findLastIndex(({ isLastOfSegment }) => isLastOfSegment);
      parts.splice(whole + 1);
    }
    if (everything) this.isDescribed = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.peer[Symbol.asyncDispose]();
  }

  async #answer({ method, path, body }: PeerRequest): Promise<PeerReply> {
    if (path.endsWith('/lease')) return method === 'POST' ? this.leaseReply : this.#return();
    const fault = await this.fault(this.announcements.length);
    if (fault !== undefined) return fault;
    const { description, parts } = Announcement.parse(body);
    if (description !== undefined) {
      this.isDescribed = true;
      for (const { id } of description.renditions) if (!this.listed.has(id)) this.listed.set(id, []);
    }
    const { hasStandby, watched, takesThumbnails } = this;
    if (!this.isDescribed) return { status: 200, body: { next: {}, needsDescription: true, hasStandby } };
    for (const part of parts) this.#list(part);
    return { status: 200, body: { next: this.#next(), needsDescription: false, hasStandby, watched, takesThumbnails } };
  }

  #return(): PeerReply {
    this.isReturned = true;
    return { status: 204 };
  }

  #list(part: PartAnnounced): void {
    const parts = this.listed.get(part.renditionId) ?? [];
    const { msn, partIndex } = nextAfter(parts);
    if (part.msn === msn && part.partIndex === partIndex) parts.push(part);
  }

  #next(): NextParts {
    return Object.fromEntries([...this.listed].map(([id, parts]) => [id, nextAfter(parts)]));
  }
}

function nextAfter(parts: readonly PartAnnounced[]): NextPart {
  const last = parts.at(-1);
  if (last === undefined) return { msn: 1, partIndex: 0 };
  return last.isLastOfSegment ? { msn: last.msn + 1, partIndex: 0 } : { msn: last.msn, partIndex: last.partIndex + 1 };
}
