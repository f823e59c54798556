interface PlayerProps {
  readonly channelId: string;
  /** Of a private channel. */
  readonly playbackToken?: string;
  readonly isMuted?: boolean;
}

/** The picture of a channel. For now its newest thumbnail: the player's element takes this place. */
export function Player({ channelId, playbackToken }: PlayerProps) {
  const prefix = playbackToken === undefined ? '' : `/t/${playbackToken}`;
  return (
    <div class="player">
      <img src={`${prefix}/live/${channelId}/thumbnail`} alt={`${channelId}, live`} />
    </div>
  );
}
