import { IngestAddresses } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { Synthesized } from '../testing/synthesized.ts';
import { publisherAddresses } from './publisher-addresses.ts';

const NEAREST = {
  rtmpUrl: 'rtmp://ingest.live.example.com/live',
  rtmpsUrl: 'rtmps://ingest.live.example.com:1936/live',
  srtUrl: 'srt://ingest.live.example.com:8890',
  isSelfSigned: false,
};

describe('what publishers type', () => {
  it('is one name where there is one region', () => {
    expect(publisherAddresses('ingest.live.example.com', ['eu-west-1'])).toEqual([NEAREST]);
  });

  it('is a name of all regions and one of each, where there are several', () => {
    const addresses = publisherAddresses('ingest.live.example.com', ['eu-west-1', 'us-east-1']);
    expect(addresses[0]).toEqual(NEAREST);
    expect(addresses.slice(1).map(({ region, srtUrl }) => [region, srtUrl])).toEqual([
      ['eu-west-1', 'srt://eu-west-1.ingest.live.example.com:8890'],
      ['us-east-1', 'srt://us-east-1.ingest.live.example.com:8890'],
    ]);
    expect(IngestAddresses.parse(addresses)).toEqual(addresses);
  });

  it('is what the edge is told, and what the stack of the nodes says', () => {
    const deployed = new Synthesized();
    const [resource] = Object.values(deployed.edge.findResources('Custom::SluiceEdge'));
    expect(JSON.parse(resource?.Properties.IngestAddresses)).toEqual([NEAREST]);
    const outputs = Object.entries(deployed.ingest().findOutputs('*')).map(([id, { Value: value }]) => [id, value]);
    expect(Object.fromEntries(outputs)).toMatchObject({
      RtmpUrl: NEAREST.rtmpUrl,
      RtmpsUrl: NEAREST.rtmpsUrl,
      SrtUrl: NEAREST.srtUrl,
    });
    // Whoever wants the console open says so on their own machine.
    expect(JSON.stringify(deployed.edge.toJSON())).not.toMatch(/CONSOLE_ACCESS|CONSOLE_TOKEN/);
  });
});
