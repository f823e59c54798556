/** What the operations are sorted under, in this order. One that no operation has is not in a document. */
export const TAGS: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'channels', description: 'What is streamed to: settings, who is sent away, and what happened to a channel.' },
  {
    name: 'stream keys',
    description: 'The secrets that encoders publish with. Each is of one channel and shown once.',
  },
  {
    name: 'restream targets',
    description: 'Other servers that a channel is pushed on to, as its publisher sends it, and how each push is.',
  },
  { name: 'ingest regions', description: 'Where encoders connect to, and how to wake what sleeps there.' },
  { name: 'medialive', description: 'Channels that AWS Elemental MediaLive encodes in place of our ingest node.' },
  {
    name: 'playback',
    description: 'Tokens that let viewers watch private channels, how to take them back, and the keys that sign them.',
  },
  { name: 'broadcasts', description: 'What was live, or is: when, how, for how many viewers, and why it ended.' },
  { name: 'recordings', description: 'Broadcasts that were kept, to be watched later.' },
  { name: 'clips', description: 'Pieces that were cut out of a broadcast or a recording.' },
  { name: 'webhooks', description: 'Addresses of yours that are told of what happens, signed and until they answer.' },
  { name: 'usage', description: 'What was streamed, watched and stored, added up.' },
  {
    name: 'API tokens',
    description: 'What programs call this API with. Each has the scopes that it needs, and no more.',
  },
  { name: 'audit', description: 'Who changed what, and when.' },
  { name: 'tenants', description: 'Teams that do not see each other. For the operator of the deployment only.' },
];
