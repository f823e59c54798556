import { describe, expect, it } from 'vitest';
import { MESSAGE, pingRequest } from './message.ts';
import { MessageMeter } from './message-meter.ts';
import { AAC_FRAME, SessionFixture } from './rtmp-client-fixture.ts';

it('allows somebody who was not let in so many messages, however slowly they come', () => {
  const meter = new MessageMeter();
  for (let count = 0; count < 500; count++) meter.count(1, count * 10_000);
  expect(() => meter.count(1, 1e9)).toThrow('messages-above-limit');
});

it('allows somebody who was let in a rate, over a window', () => {
  const meter = new MessageMeter();
  meter.begin();
  for (let second = 0; second < 100; second++) meter.count(4_000, second * 1_000);
  expect(() => meter.count(16_001, 99_000)).toThrow('messages-above-limit');
});

it('begins anew with each time that somebody is let in', () => {
  const meter = new MessageMeter();
  meter.count(500, 0);
  meter.begin();
  meter.end();
  meter.count(500, 0);
  expect(() => meter.count(1, 0)).toThrow('messages-above-limit');
});

describe('in a session', () => {
  const ended = (fixture: SessionFixture) => fixture.of('closed').map(({ end }) => end.detail.split(':')[0]);

  it('ends a stranger that goes on talking, also by what is answered without a word', () => {
    const fixture = SessionFixture.connected();
    const ping = fixture.client.message(MESSAGE.userControl, pingRequest(1).payload, { streamId: 0 });
    for (let count = 1; count < 500; count++) fixture.send(ping);
    expect(ended(fixture)).toEqual([]);
    expect(ended(fixture.send(ping))).toEqual(['messages-above-limit']);
  });

  it('lets a publisher send more than that, and not any number at once', () => {
    const fixture = SessionFixture.live();
    for (let count = 0; count < 5_000; count++) fixture.send(fixture.client.audio(AAC_FRAME, count));
    expect(ended(fixture)).toEqual([]);
    for (let count = 0; count < 25_000; count++) fixture.send(fixture.client.audio(AAC_FRAME, count));
    expect(ended(fixture)).toEqual(['messages-above-limit']);
    expect(fixture.of('ended')).toMatchObject([{ end: { reason: 'protocol-error' } }]);
  });
});
