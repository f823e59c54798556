import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from './settings.ts';

const COMPLETE = {
  SLUICE_NODE_ID: 'node-1',
  SLUICE_CONTROL_URL: 'http://127.0.0.1:8081',
  SLUICE_EDGE_URL: 'http://127.0.0.1:8080',
  SLUICE_NODE_TOKEN: 'a-token-of-more-than-16',
  SLUICE_BUCKET: 'media',
  SLUICE_S3_ENDPOINT: 'http://127.0.0.1:9000',
};

describe('the environment of an ingest node', () => {
  it('is read with the documented ports as defaults', () => {
    expect(readSettings(COMPLETE)).toMatchObject({ rtmpPort: 1935, metricsPort: 8082, bucket: { region: 'auto' } });
  });

  it('names each wrong variable and never its value', () => {
    const wrong = { ...COMPLETE, SLUICE_NODE_TOKEN: 'short-secret', SLUICE_RTMP_PORT: '70000' };
    const read = () => readSettings(wrong);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(/SLUICE_NODE_TOKEN[\s\S]*SLUICE_RTMP_PORT|SLUICE_RTMP_PORT[\s\S]*SLUICE_NODE_TOKEN/);
    expect(read).not.toThrow(/short-secret/);
  });

  it.each(['0', 'many', '1.5'])('refuses %s broadcasts at once', (count) => {
    expect(() => readSettings({ ...COMPLETE, SLUICE_BROADCASTS_MAX: count })).toThrow(/SLUICE_BROADCASTS_MAX/);
  });

  it('may be told how many CPUs there are for encoding', () => {
    expect(readSettings(COMPLETE).transcodeCpus).toBeUndefined();
    expect(readSettings({ ...COMPLETE, SLUICE_TRANSCODE_CPUS: '1.5' }).transcodeCpus).toBe(1.5);
    expect(() => readSettings({ ...COMPLETE, SLUICE_TRANSCODE_CPUS: '0' })).toThrow(/SLUICE_TRANSCODE_CPUS/);
  });

  it('lets restream targets be of the public internet only, unless it is told otherwise', () => {
    expect(readSettings(COMPLETE).restream).toEqual({ arePrivateTargetsAllowed: false });
    const told = { SLUICE_PRIVATE_TARGETS: 'on', SLUICE_TARGET_CA_FILE: '/ca.pem' };
    expect(readSettings({ ...COMPLETE, ...told }).restream).toEqual({
      arePrivateTargetsAllowed: true,
      authoritiesFile: '/ca.pem',
    });
    expect(() => readSettings({ ...COMPLETE, SLUICE_PRIVATE_TARGETS: 'yes' })).toThrow(/SLUICE_PRIVATE_TARGETS/);
  });

  it('refuses half of a certificate', () => {
    expect(readSettings(COMPLETE).tls).toBeUndefined();
    const tls = { SLUICE_TLS_CERT_FILE: '/cert.pem', SLUICE_TLS_KEY_FILE: '/key.pem' };
    expect(readSettings({ ...COMPLETE, ...tls }).tls).toEqual({ certFile: '/cert.pem', keyFile: '/key.pem' });
    expect(() => readSettings({ ...COMPLETE, SLUICE_TLS_CERT_FILE: '/cert.pem' })).toThrow(/go together/);
  });

  it('reads SRT ports for encoders without a stream id, and never tells their keys', () => {
    expect(readSettings(COMPLETE).srtPortKeys).toEqual([]);
    const read = (pairs: string) => readSettings({ ...COMPLETE, SLUICE_SRT_PORT_KEYS: pairs }).srtPortKeys;
    expect(read('8891=key-one,8892=key-two')).toEqual([
      { port: 8_891, streamKey: 'key-one' },
      { port: 8_892, streamKey: 'key-two' },
    ]);
    for (const wrong of ['', '8891', '8891=', 'x=secret-key', '70000=secret-key', '8891=secret-key=2']) {
      expect(() => read(wrong)).toThrow(/SLUICE_SRT_PORT_KEYS/);
      expect(() => read(wrong)).not.toThrow(/secret-key/);
    }
  });

  it('finds the bucket of S3 in the node’s own region, unless it is told another', () => {
    const { SLUICE_S3_ENDPOINT: _, ...onS3 } = COMPLETE;
    const inRegion = { ...onS3, AWS_REGION: 'eu-west-1' };
    expect(readSettings(inRegion).bucket.region).toBe('eu-west-1');
    expect(readSettings({ ...inRegion, SLUICE_S3_REGION: 'us-east-2' }).bucket.region).toBe('us-east-2');
    expect(readSettings({ ...COMPLETE, AWS_REGION: 'eu-west-1' }).bucket.region).toBe('auto');
    expect(() => readSettings(onS3)).toThrow(/SLUICE_S3_REGION/);
  });

  it('refuses half a pair of S3 credentials', () => {
    expect(() => readSettings({ ...COMPLETE, SLUICE_S3_ACCESS_KEY_ID: 'id' })).toThrow(/go together/);
  });

  it('needs no name: it makes one up, another one for each run', () => {
    const { SLUICE_NODE_ID: _, ...nameless } = COMPLETE;
    expect(readSettings(COMPLETE).nodeId).toBe('node-1');
    expect(readSettings(nameless).nodeId).not.toBe(readSettings(nameless).nodeId);
    expect(() => readSettings({ ...COMPLETE, SLUICE_NODE_ID: 'of two words' })).toThrow(/SLUICE_NODE_ID/);
  });

  it('tells figures and watches over itself in ECS, and elsewhere where it is told to', () => {
    expect(readSettings(COMPLETE)).toMatchObject({ figuresEveryMs: 0, watchdogMs: 0, ecs: {} });
    const inEcs = { ...COMPLETE, ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/x' };
    expect(readSettings(inEcs)).toMatchObject({ figuresEveryMs: 60_000, watchdogMs: 30_000 });
    const told = { SLUICE_FIGURES_S: '0', SLUICE_WATCHDOG_S: '5' };
    expect(readSettings({ ...inEcs, ...told })).toMatchObject({ figuresEveryMs: 0, watchdogMs: 5_000 });
    expect(() => readSettings({ ...COMPLETE, SLUICE_FIGURES_S: '5' })).toThrow(/SLUICE_FIGURES_S: 0, or 10 to/);
    expect(() => readSettings({ ...COMPLETE, SLUICE_WATCHDOG_S: '1' })).toThrow(/SLUICE_WATCHDOG_S/);
  });

  it('has a minute to start, if nothing else is said', () => {
    expect(readSettings(COMPLETE).startMs).toBe(60_000);
    expect(readSettings({ ...COMPLETE, SLUICE_START_S: '600' }).startMs).toBe(600_000);
    expect(() => readSettings({ ...COMPLETE, SLUICE_START_S: '0' })).toThrow(/SLUICE_START_S/);
  });

  it('gives way to a newer deployment where it knows its service', () => {
    expect(readSettings(COMPLETE).handOver).toBeUndefined();
    const told = { ...COMPLETE, SLUICE_ECS_SERVICE: 'sluice-live/ingest' };
    const handOver = { cluster: 'sluice-live', service: 'ingest', handOverAfterMs: 3_600_000 };
    expect(readSettings(told).handOver).toEqual(handOver);
    expect(readSettings({ ...told, SLUICE_HAND_OVER_AFTER_MIN: '5' }).handOver?.handOverAfterMs).toBe(300_000);
    expect(() => readSettings({ ...COMPLETE, SLUICE_ECS_SERVICE: 'ingest' })).toThrow(
      /SLUICE_ECS_SERVICE: a cluster and/,
    );
    expect(() => readSettings({ ...told, SLUICE_HAND_OVER_AFTER_MIN: '151' })).toThrow(/SLUICE_HAND_OVER_AFTER_MIN/);
  });
});
