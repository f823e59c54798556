import { createHash, randomBytes } from 'node:crypto';
import { ChannelId, StreamKeyRole } from '@sluice/contracts';
import { z } from 'zod';

/** Names a stream key within its channel; it is not the key, and not secret. */
export const StreamKeyId = z
  .string()
  .regex(/^[a-z0-9]{4,32}$/, 'a stream key id is 4 to 32 of a-z and 0-9')
  .brand<'StreamKeyId'>()
  .meta({
    id: 'StreamKeyId',
    description: 'Names a stream key within its channel. It is not the key, and not secret.',
    examples: ['k7pq2w9x4m6z3v8t'],
  });
export type StreamKeyId = z.infer<typeof StreamKeyId>;

/** SHA-256 of a stream key, in hex. All that is kept of a key. */
export const StreamKeyHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'StreamKeyHash'>();
export type StreamKeyHash = z.infer<typeof StreamKeyHash>;

/** What the owner calls the key: "the studio", "my phone". */
const Label = z
  .string()
  .trim()
  .max(80)
  .meta({ description: 'What you call it.', examples: ['the studio'] });

/** `POST /v1/channels/{channelId}/stream-keys`. */
export const StreamKeyCreate = z
  .strictObject({
    label: Label.default(''),
    role: StreamKeyRole.default('primary'),
  })
  .meta({ id: 'StreamKeyCreate', description: 'The stream key to be made. The API chooses the key itself.' });
/** `PATCH /v1/channels/{channelId}/stream-keys/{keyId}`. */
export const StreamKeyChange = z
  .strictObject({
    label: Label.optional(),
    role: StreamKeyRole.optional(),
    isDisabled: z.boolean().optional().describe('Nobody can publish with it.'),
  })
  .meta({
    id: 'StreamKeyChange',
    description: 'What is to be changed of a stream key. What is not named stays as it is.',
    examples: [{ isDisabled: true }],
  });
export type StreamKeyChange = z.infer<typeof StreamKeyChange>;

/** A stream key as it is shown: without the key. */
export const ShownStreamKey = z
  .object({
    channelId: ChannelId,
    keyId: StreamKeyId,
    label: z.string().meta({ description: 'What you call it.', examples: ['the studio'] }),
    role: StreamKeyRole,
    isDisabled: z
      .boolean()
      .describe('Nobody can publish with it. A live broadcast of it ends when its node next asks, some seconds later.'),
    createdAtMs: z.int().describe('When it was made.'),
    issuedAtMs: z
      .int()
      .describe(
        'When the key itself was made: it is rotated under the same id. Who publishes with an older one is sent away.',
      ),
  })
  .meta({ id: 'StreamKey', description: 'A stream key, without the key itself.' });
export type StreamKey = z.infer<typeof ShownStreamKey>;

/** The one answer that holds the key. */
export const MadeStreamKey = z
  .object({
    ...ShownStreamKey.shape,
    streamKey: z.string().meta({
      description: 'The key itself, for the encoder. Secret.',
      examples: ['abcdefghijkmnpqrstuvwxyz23456789'],
    }),
  })
  .meta({ id: 'MadeStreamKey', description: 'A stream key that was just made, with the key itself.' });

/** A stream key as it stands in its channel's item. */
export const StoredStreamKey = z.object({
  keyId: StreamKeyId,
  hash: StreamKeyHash,
  label: z.string(),
  role: StreamKeyRole,
  isDisabled: z.boolean(),
  createdAtMs: z.int(),
  issuedAtMs: z.int(),
});
export type StoredStreamKey = z.infer<typeof StoredStreamKey>;

/** A key as it is shown: without its hash. */
export function shownStreamKey(channelId: ChannelId, { hash: _, ...shown }: StoredStreamKey): StreamKey {
  return { channelId, ...shown };
}

/** 160 bits: cannot be guessed, and so needs no slow hash either (NIST SP 800-63B §5.1.2.2 asks for 112). */
const SECRET_BYTES = 20;
const KEY_ID_BYTES = 10;
/** No 0, 1, l or o: a key is sometimes read aloud or typed from a screen into an encoder. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A new stream key. This is the only time that it is known. */
export function makeStreamKey(): string {
  return encode(randomBytes(SECRET_BYTES));
}

export function makeStreamKeyId(): StreamKeyId {
  return StreamKeyId.parse(encode(randomBytes(KEY_ID_BYTES)));
}

/** What a key is found by. */
export function hashStreamKey(streamKey: string): StreamKeyHash {
  return StreamKeyHash.parse(createHash('sha256').update(streamKey, 'utf8').digest('hex'));
}

/** Five bits a character; the bytes are a multiple of five, so nothing is left over. */
function encode(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let left = (bytes.length * 8) / 5; left > 0; left -= 1) {
    text = (ALPHABET[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text;
}
