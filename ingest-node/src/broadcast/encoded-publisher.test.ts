import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problemReply } from '../control/scripted-peer.ts';
import { A128, V360, V720 } from '../package/packaging-fixture.ts';
import { type Programme, pictureTrack, programme, soundTrack } from '../tracks/track-fixture.ts';
import { BroadcastStage, StagePublisher } from './broadcast-stage.ts';

const TRACKS = { high: pictureTrack(720), low: pictureTrack(360), sound: soundTrack({ bitrateBps: 128_000 }) };

let stage: BroadcastStage;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  stage = await BroadcastStage.open();
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  vi.useRealTimers();
});

function passTime(ms: number): void {
  vi.advanceTimersByTime(ms);
}

/** A publisher of renditions that it has encoded. */
class TracksPublisher extends StagePublisher {
  sendTracks(what: Programme): void {
    for (const { samples } of programme(what)) this.sendEvent(samples);
  }
}

async function publishTracks(): Promise<TracksPublisher> {
  const publisher = new TracksPublisher();
  await stage.publish(undefined, publisher, 'cmaf');
  return publisher;
}

/** Its tracks are known to be all that there are once none came for a while: the second piece of media is later. */
async function livePublisher(): Promise<TracksPublisher> {
  const publisher = await publishTracks();
  publisher.sendTracks({ tracks: TRACKS, toS: 2.5 });
  passTime(2_000);
  publisher.sendTracks({ tracks: TRACKS, fromS: 2.5, toS: 5 });
  await stage.edge.untilListed(V720, 5);
  return publisher;
}

describe('a publisher of renditions that it has encoded itself', () => {
  it('is published without a transcoder', async () => {
    await livePublisher();
    for (const id of [V720, V360, A128])
      expect(stage.edge.names(id).slice(0, 5)).toEqual(['1.0', '1.1', '1.2', '1.3', '2.0']);
    expect(stage.store.stored.has('demo/0123456789abcde1/v360/init-0.mp4')).toBe(true);
    expect(stage.logLines.join()).not.toContain('transcoderPid');
  });

  it('who stops has its media finished, stored and told', async () => {
    const publisher = await livePublisher();
    publisher.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.names(V720)).toEqual(['1.0', '1.1', '1.2', '1.3', '2.0', '2.1', '2.2', '2.3', '3.0', '3.1']);
    expect(stage.edge.isReturned).toBe(true);
  });

  it('who reconnects and loses nothing goes on in the same broadcast', async () => {
    const first = await livePublisher();
    first.leave('peer-left');
    const second = await publishTracks();
    second.sendTracks({ tracks: TRACKS, fromS: 4, toS: 7 });
    await stage.edge.untilListed(V720, 13);
    expect(stage.edge.names(V720).at(-1)).toBe('4.0');
    expect(stage.leaseRequests('POST')).toHaveLength(1);
    expect(stage.store.stored.has('demo/0123456789abcde1/v720/init-1.mp4')).toBe(false);
  });

  it('who reconnects and has lost some goes on with a segment, behind a gap and under another init segment', async () => {
    const first = await livePublisher();
    first.leave('peer-left');
    const second = await publishTracks();
    second.sendTracks({ tracks: TRACKS, fromS: 6, toS: 12 });
    passTime(6_000);
    second.sendTracks({ tracks: TRACKS, fromS: 12, toS: 13 });
    await stage.store.until(() => stage.store.stored.has('demo/0123456789abcde1/v720/init-1.mp4'));
    expect(stage.logLines.join()).toContain('"code":"tracks-torn"');
  });

  it('who comes back after a quarter of an hour goes on in the same broadcast, behind as many gaps', async () => {
    stage.settings = { ...stage.settings, reconnectWindowMs: 30 * 60_000 };
    const first = await livePublisher();
    first.leave('peer-left');
    const absentS = 15 * 60;
    passTime(absentS * 1_000);
    const second = await publishTracks();
    second.sendTracks({ tracks: TRACKS, clockS: absentS, toS: 2.5 });
    passTime(2_500);
    second.sendTracks({ tracks: TRACKS, clockS: absentS, fromS: 2.5, toS: 8 });
    const lastOwn = () => stage.edge.listed.get(V720)?.findLast(({ isGap }) => !isGap)?.msn ?? 0;
    await stage.edge.peer.until(() => lastOwn() > 400 || second.closedWith !== undefined);
    expect(second.closedWith).toBeUndefined();
    expect(stage.leaseRequests('POST')).toHaveLength(1);
  });

  it('who takes over begins with a keyframe and under another init segment, though its clock is nearly the same', async () => {
    stage.settings = { ...stage.settings, takeover: 'take-over' };
    await livePublisher();
    const second = await publishTracks();
    const tracks = { stream0: TRACKS.high, stream1: TRACKS.low, audio: TRACKS.sound };
    second.sendTracks({ tracks, fromS: 4, toS: 9 });
    passTime(4_000);
    second.sendTracks({ tracks, fromS: 9, toS: 11 });
    await stage.store.until(() => stage.store.stored.has('demo/0123456789abcde1/v720/init-1.mp4'));
    await stage.edge.untilListed(V720, 17);
    expect(stage.edge.names(V720).filter((name) => name.endsWith('gap'))).not.toEqual([]);
    expect(second.closedWith).toBeUndefined();
  });

  it('whose groups do not fit is told what to set, and the broadcast ends', async () => {
    const publisher = await publishTracks();
    publisher.sendTracks({ tracks: TRACKS, gop: 60, toS: 2.5 });
    passTime(2_000);
    publisher.sendTracks({ tracks: TRACKS, gop: 60, fromS: 2.5, toS: 5 });
    const { code, sentence } = await publisher.closed;
    expect(code).toBe('tracks-unusable');
    expect(sentence).toContain('64 frames');
    await stage.untilLogged('broadcast ended');
    expect(stage.told.map(({ kind }) => kind)).toContain('health-warning');
    expect(stage.edge.isReturned).toBe(true);
  });
});

describe('a rendition that nobody watches for long', () => {
  /** Of a part of `low`. */
  const PART_S = 16 / 30;

  it('is its own again once it is watched', async () => {
    await using onDemand = await BroadcastStage.open({ demandLimits: { restAfterMs: 1, idleAfterMs: 1 } });
    onDemand.settings = { ...onDemand.settings, onDemand: true };
    const { edge } = onDemand;
    const publisher = new TracksPublisher();
    await onDemand.publish(undefined, publisher, 'cmaf');
    publisher.sendTracks({ tracks: TRACKS, toS: PART_S });
    passTime(2_000);
    let part = 1;
    const sendParts = async (count: number) => {
      for (const untilPart = part + count; part < untilPart; part += 1) {
        publisher.sendTracks({ tracks: TRACKS, fromS: part * PART_S, toS: (part + 1) * PART_S });
        passTime(533);
        // It begins when the keyframe of its second segment has come.
        if (part > 5) await edge.untilListed(V720, part);
      }
    };
    edge.watched = [V360, V720];
    await sendParts(12);
    edge.watched = [V360];
    await sendParts(12);
    expect(edge.listed.get(V720)?.at(-1)?.lentBy).toBe(V360);
    edge.watched = [V360, V720];
    await sendParts(12);
    expect(edge.listed.get(V720)?.at(-1)?.lentBy).toBeUndefined();
  });
});

describe('a publisher that sends a segment at a time', () => {
  /** From one segment to the next of `low`. */
  const SEGMENT_S = 64 / 30;

  beforeEach(() => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] });
  });

  function sendSegment(publisher: TracksPublisher, index: number): void {
    publisher.sendTracks({ tracks: TRACKS, pieceS: SEGMENT_S, fromS: index * SEGMENT_S, toS: (index + 1) * SEGMENT_S });
  }

  it('keeps its place beside a backup that sends the same at other moments, until it is silent for more than two', async () => {
    const primary = await publishTracks();
    const backup = new TracksPublisher();
    await stage.publish('backup=1', backup, 'cmaf');
    for (let index = 0; index < 4; index += 1) {
      sendSegment(primary, index);
      vi.advanceTimersByTime(1_000);
      sendSegment(backup, index);
      vi.advanceTimersByTime(1_133);
    }
    expect(primary.closedWith).toBeUndefined();
    for (let index = 4; index < 6; index += 1) {
      sendSegment(backup, index);
      vi.advanceTimersByTime(2_133);
    }
    expect(primary.closedWith?.code).toBe('backup-took-over');
  });

  it('is not pushed aside between two of them where a second publisher is refused', async () => {
    stage.settings = { ...stage.settings, profile: 'standard', takeover: 'refuse' };
    const first = await publishTracks();
    first.sendTracks({ tracks: TRACKS, gop: 128, pieceS: 2 * SEGMENT_S, toS: 2 * SEGMENT_S });
    vi.advanceTimersByTime(4_200);
    expect((await publishTracks()).refusal?.code).toBe('channel-in-use');
    vi.advanceTimersByTime(12_000);
    expect((await publishTracks()).refusal).toBeUndefined();
  });

  it('does not lose the channel between two of them to a backup that waits on another node', async () => {
    stage.edge.hasStandby = true;
    const first = await publishTracks();
    for (let index = 0; index < 4; index += 1) {
      sendSegment(first, index);
      vi.advanceTimersByTime(2_133);
    }
    await stage.edge.untilListed(V720, 4);
    vi.advanceTimersByTime(1_000);
    expect(first.closedWith).toBeUndefined();
    vi.advanceTimersByTime(5_000);
    expect(first.closedWith?.code).toBe('backup-took-over');
  });
});

describe('a publisher of another kind', () => {
  it('ends the broadcast and begins one of its own, where it may take over', async () => {
    stage.settings = { ...stage.settings, takeover: 'take-over' };
    const first = await stage.livePublisher();
    const second = await publishTracks();
    expect((await first.closed).code).toBe('taken-over');
    expect(second.refusal).toBeUndefined();
    expect(stage.leaseRequests('POST')).toHaveLength(2);
  });

  it('is refused where it may not', async () => {
    await stage.livePublisher();
    expect((await publishTracks()).refusal?.code).toBe('channel-in-use');
  });

  it('does not wait for one who left to come back', async () => {
    const first = await stage.livePublisher();
    first.leave('peer-left');
    expect((await publishTracks()).refusal).toBeUndefined();
    expect(stage.leaseRequests('POST')).toHaveLength(2);
  });

  it('changes nothing when its key is wrong', async () => {
    const first = await stage.livePublisher();
    stage.control.script = () => problemReply(403, 'unknown-stream-key');
    expect((await publishTracks()).refusal?.code).toBe('unknown-stream-key');
    first.send();
    await stage.edge.untilListed(V720, 2);
  });
});
