import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** Each test has a key of its own; what it left waiting is let go, so that no request outlives it. */
const keys: string[] = [];

function freshKey(prefix = ''): string {
  const key = `${prefix}${crypto.randomUUID()}`;
  keys.push(key);
  return key;
}

function lab(path: string, init?: RequestInit): Promise<Response> {
  return env.COLLAPSE_LAB.fetch(`https://lab.test${path}`, init);
}

async function ask(key: string, query = ''): Promise<{ status: number; text: string }> {
  const answer = await lab(`/ask/${key}?${query}`);
  return { status: answer.status, text: await answer.text() };
}

async function open(key: string): Promise<void> {
  await (await lab(`/open/${key}`)).text();
}

function counted(key: string): Promise<{ asked: number; worked: number }> {
  return lab(`/count/${key}`).then((answer) => answer.json());
}

async function untilAsked(key: string, asked: number): Promise<void> {
  await vi.waitUntil(async () => (await counted(key)).asked === asked, { timeout: 10_000, interval: 5 });
}

afterEach(async () => {
  for (const key of keys.splice(0)) await open(key);
});

describe('requests that meet in an isolate', () => {
  it('are one piece of work, however many they are', async () => {
    const key = freshKey();
    const first = ask(key, 'who=first');
    await untilAsked(key, 1);
    const others = Array.from({ length: 999 }, () => ask(key, 'who=other'));
    await untilAsked(key, 1_000);
    await open(key);
    const texts = (await Promise.all([first, ...others])).map(({ text }) => text);
    expect(new Set(texts)).toEqual(new Set([`${key} by first`]));
    expect(await counted(key)).toEqual({ asked: 1_000, worked: 1 });
  });

  it('for different keys do not meet', async () => {
    const [one, two] = [freshKey(), freshKey()];
    const asked = [ask(one, 'who=one'), ask(two, 'who=two')];
    await open(two);
    await open(one);
    expect((await Promise.all(asked)).map(({ text }) => text)).toEqual([`${one} by one`, `${two} by two`]);
  });

  it('later are work anew, unless the answer is to be remembered', async () => {
    const [plain, kept] = [freshKey(), freshKey('kept-')];
    for (const key of [plain, kept]) {
      await open(key);
      await ask(key, 'who=first');
    }
    expect([await ask(plain, 'who=second'), await ask(kept, 'who=second')]).toEqual([
      { status: 200, text: `${plain} by second` },
      { status: 200, text: `${kept} by first` },
    ]);
  });

  it('are refused beyond their limit, and the others are served', async () => {
    const key = freshKey();
    const asked = Array.from({ length: 1_001 }, () => ask(key));
    await untilAsked(key, 1_001);
    await open(key);
    const texts = (await Promise.all(asked)).map(({ text }) => text);
    expect(texts.filter((text) => text === 'too-many-waiting').length).toBe(1);
    expect(await counted(key)).toMatchObject({ worked: 1 });
  });
});

describe('when the one that works', () => {
  it('dies without a word, another one takes over and serves all', async () => {
    const key = freshKey();
    expect((await ask(key, 'hurry&work=dies')).text).toBe('dead');
    const others = Array.from({ length: 20 }, (_, index) => ask(key, `hurry&who=${index}`));
    await untilAsked(key, 21);
    await open(key);
    const texts = (await Promise.all(others)).map(({ text }) => text);
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain(`${key} by `);
  });

  it('is cancelled by its client, its work goes on and serves the others', async () => {
    const key = freshKey();
    const controller = new AbortController();
    const leader = lab(`/ask/${key}?who=gone`, { signal: controller.signal });
    await untilAsked(key, 1);
    const others = Array.from({ length: 20 }, () => ask(key, 'who=other'));
    await untilAsked(key, 21);
    controller.abort();
    await expect(leader).rejects.toThrow();
    await open(key);
    const texts = (await Promise.all(others)).map(({ text }) => text);
    expect(new Set(texts)).toEqual(new Set([`${key} by gone`]));
    expect(await counted(key)).toEqual({ asked: 21, worked: 1 });
  });

  it('hangs, another one takes over, and the hanging one is served too', async () => {
    const key = freshKey();
    const hanging = ask(key, 'hurry&work=hangs&who=hanging');
    await untilAsked(key, 1);
    const follower = ask(key, 'hurry&who=follower');
    await open(key);
    const texts = (await Promise.all([hanging, follower])).map(({ text }) => text);
    expect(texts).toEqual([`${key} by follower`, `${key} by follower`]);
  });

  it('hangs and nobody can take over, it is refused after its time', async () => {
    expect((await ask(freshKey(), 'resign&work=hangs')).text).toBe('gave-up');
  });

  it('fails, another one tries, and the others never learn of it', async () => {
    const key = freshKey();
    const failing = ask(key, 'work=throws&who=failing');
    await untilAsked(key, 1);
    const others = Array.from({ length: 20 }, () => ask(key, 'who=other'));
    await untilAsked(key, 21);
    await open(key);
    const texts = (await Promise.all([failing, ...others])).map(({ text }) => text);
    expect(new Set(texts)).toEqual(new Set([`${key} by other`]));
    expect(await counted(key)).toEqual({ asked: 21, worked: 2 });
  });

  it('fails and the next one too, the error is for those who waited and for nobody after them', async () => {
    const key = freshKey();
    const asked = Array.from({ length: 20 }, (_, index) => ask(key, `work=throws&who=${index}`));
    await untilAsked(key, 20);
    await open(key);
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([500]));
    expect(await counted(key)).toEqual({ asked: 20, worked: 2 });
    expect(await ask(key, 'who=later')).toEqual({ status: 200, text: `${key} by later` });
  });
});
