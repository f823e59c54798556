import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { V720 } from '../package/packaging-fixture.ts';
import { BroadcastStage, storageNamed } from './broadcast-stage.ts';

let stage: BroadcastStage;
beforeEach(async () => {
  stage = await BroadcastStage.open();
});
afterEach(() => stage[Symbol.asyncDispose]());

/** What the objects below a prefix were put with. */
function sessionsOf(prefix: string): Set<string> {
  const { sessionTokens } = stage.store;
  return new Set([...sessionTokens].filter(([key]) => key.startsWith(prefix)).map(([, token]) => token));
}

describe('the credentials of a channel', () => {
  it('are what its media is stored with, and no other channel’s', async () => {
    stage.storage.set('demo', storageNamed('demo'));
    stage.storage.set('other', storageNamed('other'));
    await stage.livePublisher();
    stage.settings = { ...stage.settings, channelId: ChannelId.parse('other') };
    const second = await stage.publish();
    second.send();
    await stage.store.until(() => sessionsOf('other/').size > 0);
    expect(sessionsOf('demo/')).toEqual(new Set(['session-demo']));
    expect(sessionsOf('other/')).toEqual(new Set(['session-other']));
  });

  it('give way to those of a renewal, without a part being lost', async () => {
    stage.grantLifeMs = 2_000;
    stage.storage.set('demo', storageNamed('first'));
    const publisher = await stage.livePublisher();
    stage.storage.set('demo', storageNamed('second', Date.now() + 3_700_000));
    let parts = 1;
    while (!sessionsOf('demo/').has('session-second')) {
      publisher.send();
      parts += 1;
      await stage.edge.untilListed(V720, parts);
    }
    expect(stage.edge.names(V720).filter((name) => name.includes('gap'))).toEqual([]);
    expect(sessionsOf('demo/')).toEqual(new Set(['session-first', 'session-second']));
  });

  it('stay what they are where a renewal brings none, and where a publisher comes back with older ones', async () => {
    stage.storage.set('demo', storageNamed('first'));
    const publisher = await stage.livePublisher();
    stage.storage.set('demo', storageNamed('older', Date.now() + 60_000));
    publisher.leave('peer-left');
    const second = await stage.publish();
    second.send();
    await stage.edge.untilListed(V720, 2);
    stage.storage.delete('demo');
    second.leave('peer-left');
    (await stage.publish()).send();
    await stage.edge.untilListed(V720, 3);
    expect(sessionsOf('demo/')).toEqual(new Set(['session-first']));
  });

  it('are in no line of the log', async () => {
    stage.storage.set('demo', storageNamed('demo'));
    const publisher = await stage.livePublisher();
    publisher.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    expect(stage.logLines.join('\n')).not.toMatch(/session-demo|secret-demo|id-demo/);
  });

  it('are not needed where the node has its own', async () => {
    await stage.livePublisher();
    expect(stage.store.stored.size).toBeGreaterThan(0);
    expect(stage.store.sessionTokens.size).toBe(0);
  });
});
