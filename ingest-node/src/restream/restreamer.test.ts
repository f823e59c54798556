import { describe, expect, it } from 'vitest';
import type { SourcePacket } from '../media/source.ts';
import { ServerFixture } from '../server/rtmp-server-fixture.ts';
import type { SeenPublisher } from '../server/seeing-node-fixture.ts';
import { madeSource, RestreamStage } from './restream-stage.ts';

const KEY = 'THE-SECRET-KEY';

function url({ server }: ServerFixture): string {
  return `rtmp://127.0.0.1:${server.port}/live`;
}

function packetsOf({ events }: SeenPublisher, kind: SourcePacket['kind']): SourcePacket[] {
  return events.filter((event): event is SourcePacket => event.kind === kind);
}

describe('a push over RTMP', () => {
  it('brings what the publisher sends as it is, from a keyframe on', async () => {
    await using target = await ServerFixture.start();
    await using stage = await RestreamStage.open();
    stage.publish();
    stage.target({ url: url(target), streamKey: KEY });
    await stage.untilState('live');
    const seen = await target.publisher();
    expect(seen.attempt).toMatchObject({ streamKey: KEY, protocol: 'rtmp' });
    await target.until(() => packetsOf(seen, 'video').length > 40);
    const source = await madeSource();
    const video = packetsOf(seen, 'video');
    expect(video[0]?.isKeyframe).toBe(true);
    const sent = source.packets
      .filter(({ kind }) => kind === 'video')
      .map(({ payload }) => Buffer.from(payload).toString('hex'));
    expect(video.slice(0, 30).map(({ payload }) => Buffer.from(payload).toString('hex'))).toEqual(sent);
  }, 20_000);
});
