import { describe, expect, it } from 'vitest';
import { makeAudio } from '../../transcode/fixtures/made-source.ts';
import { toAdts } from './elementary-fixture.ts';
import { TickUnwrap, ticksToUs } from './packet-times.ts';
import type { TsStream } from './track-choice.ts';
import { type TsOutput, TsSource } from './ts-source.ts';

const WRAP = 2 ** 33;
const SECOND = 90_000;
const stream = (index: number, kind: TsStream['kind'], codecName: string): TsStream => ({
  index,
  kind,
  codecName,
  extradata: undefined,
  channelCount: 0,
});
/** An IDR picture with parameter sets that are none but their first bytes. */
const SETS = [Uint8Array.of(0x67, 0x42, 0xc0, 0x1e, 0xda, 0x01), Uint8Array.of(0x68, 0xce, 0x3c)];
const picture = (...units: readonly Uint8Array[]) =>
  Buffer.concat([...units, Uint8Array.of(0x65, 0x88, 0x84)].flatMap((unit) => [Uint8Array.of(0, 0, 1), unit]));
const KEYFRAME = picture(...SETS);

const eventsOf = (outputs: readonly TsOutput[]) =>
  outputs.flatMap((output) => (output.kind === 'event' ? [output.event] : []));
const sentencesOf = (outputs: readonly TsOutput[]) =>
  outputs.flatMap((output) => (output.kind === 'event' ? [] : [`${output.kind}: ${output.sentence}`]));

describe('the tracks of a stream', async () => {
  const { packets, config } = await makeAudio({ durationS: 0.1 });
  const adts = toAdts(packets, config.extradata);

  it('are the first video and the first audio, and the others are named once', () => {
    const streams = [
      stream(0, 'audio', 'aac'),
      stream(1, 'video', 'h264'),
      stream(2, 'audio', 'aac'),
      stream(3, 'video', 'hevc'),
      stream(4, 'other', 'dvb_subtitle'),
    ];
    const source = new TsSource();
    const outputs = [2, 0, 3, 1, 4, 2].flatMap((streamIndex) =>
      source.read(
        { streamIndex, payload: streamIndex % 2 ? KEYFRAME : adts, ptsTicks: streamIndex, dtsTicks: undefined },
        streams,
      ),
    );
    const kinds = eventsOf(outputs).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'video')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'audio-config')).toHaveLength(1);
    const [audio] = eventsOf(outputs).flatMap((event) => (event.kind === 'audio' ? [event] : []));
    expect(audio?.ptsUs).toBe(0);
    expect(sentencesOf(outputs)).toEqual([
      'warning: Your stream has 2 video tracks; only the first one that works here is used.',
      'warning: Your stream has 2 audio tracks; only the first one that works here is used.',
    ]);
  });

  it('that cannot be decoded are passed over, and named', () => {
    const streams = [stream(0, 'video', 'mpeg2video'), stream(1, 'video', 'h264'), stream(2, 'audio', 'ac3')];
    const source = new TsSource();
    const outputs = [0, 1, 2].flatMap((streamIndex) =>
      source.read({ streamIndex, payload: KEYFRAME, ptsTicks: 0, dtsTicks: 0 }, streams),
    );
    expect(eventsOf(outputs).map(({ kind }) => kind)).toEqual(['video-config', 'video']);
    expect(sentencesOf(outputs)).toEqual([
      'warning: The video codec mpeg2video is not supported here. Choose H.264 in your encoder.',
      'warning: The audio codec ac3 is not supported here. Choose AAC in your encoder.',
    ]);
  });

  it('that are none of them of use say so', () => {
    const streams = [stream(0, 'video', 'mpeg2video'), stream(1, 'audio', 'ac3')];
    const packet = { streamIndex: 0, payload: KEYFRAME, ptsTicks: 0, dtsTicks: 0 };
    const source = new TsSource();
    expect(sentencesOf(source.read(packet, streams))[0]).toMatch(/^unusable: The video codec mpeg2video .* ac3 /);
    expect(source.read(packet, streams)).toEqual([]);
  });

  it('of which the chosen one falls silent give their place to another', () => {
    const streams = [stream(0, 'video', 'h264'), stream(1, 'video', 'h264')];
    const source = new TsSource();
    const seen = (streamIndex: number, ticks: number) =>
      eventsOf(source.read({ streamIndex, payload: KEYFRAME, ptsTicks: ticks, dtsTicks: ticks }, streams)).length;
    expect(seen(0, 0)).toBe(2);
    expect(seen(1, 2 * SECOND)).toBe(0);
    expect(seen(1, 2 * SECOND + 1)).toBe(2);
    expect(seen(0, 3 * SECOND)).toBe(0);
  });

  it('of which the first never comes are not waited for', () => {
    const streams = [stream(0, 'video', 'h264'), stream(1, 'video', 'h264')];
    const source = new TsSource();
    const seen = (ticks: number) =>
      eventsOf(source.read({ streamIndex: 1, payload: KEYFRAME, ptsTicks: ticks, dtsTicks: ticks }, streams)).length;
    expect(seen(0)).toBe(0);
    expect(seen(2 * SECOND)).toBe(0);
    expect(seen(2 * SECOND + 1)).toBe(2);
  });

  it('go on over the wrap of the clock together, also where a picture is shown after it and decoded before', () => {
    const streams = [stream(0, 'video', 'h264'), stream(1, 'audio', 'aac')];
    const source = new TsSource();
    const at = (streamIndex: number, ptsTicks: number, dtsTicks: number) =>
      eventsOf(source.read({ streamIndex, payload: streamIndex === 0 ? KEYFRAME : adts, ptsTicks, dtsTicks }, streams))
        .flatMap((event) => (event.kind === 'video' || event.kind === 'audio' ? [event] : []))
        .slice(0, 1)
        .map(({ ptsUs, dtsUs }) => [ptsUs, dtsUs]);
    expect(at(0, 900, WRAP - 900)).toEqual([[ticksToUs(WRAP + 900), ticksToUs(WRAP - 900)]]);
    expect(at(1, WRAP - 100, WRAP - 100)[0]?.[0]).toBe(ticksToUs(WRAP - 100));
    expect(at(0, 2_700, 0)).toEqual([[ticksToUs(WRAP + 2_700), ticksToUs(WRAP)]]);
    expect(at(1, 100, 100)[0]?.[0]).toBe(ticksToUs(WRAP + 100));
  });

  it('with a picture in two packets has the second at the time of the first', () => {
    const source = new TsSource();
    const streams = [stream(0, 'video', 'h264')];
    source.read({ streamIndex: 0, payload: KEYFRAME, ptsTicks: 9_000, dtsTicks: 9_000 }, streams);
    const rest = { streamIndex: 0, payload: picture(), ptsTicks: undefined, dtsTicks: undefined };
    expect(eventsOf(source.read(rest, streams))).toMatchObject([{ kind: 'video', ptsUs: 100_000 }]);
  });
});

describe('ticks of 33 bits', () => {
  it('go on over any number of wraps, forth and a little back', () => {
    const clock = new TickUnwrap();
    const step = WRAP / 4;
    for (let index = 0; index < 20; index += 1) expect(clock.unwrap((index * step) % WRAP)).toBe(index * step);
    expect(clock.unwrap((19 * step - 500) % WRAP)).toBe(19 * step - 500);
  });

  it('are not moved before the first wrap', () => {
    expect(new TickUnwrap().unwrap(WRAP - 1)).toBe(WRAP - 1);
  });
});
