/** What a channel may be called: contracts' ChannelId, of which the console needs no more than this. */
export const CHANNEL_ID = /^[a-z0-9][a-z0-9-]{1,62}$/;
