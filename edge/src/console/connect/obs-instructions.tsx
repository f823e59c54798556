import { CopyField } from '../parts/copy-field.tsx';
import { Icon } from '../parts/icon.tsx';
import type { EncoderProps } from './instructions.tsx';
import { OBS_OUTPUT, obsFields } from './obs.ts';

/** The fields of OBS, in its own words. */
export function ObsInstructions({ address, isKeyKnown }: EncoderProps) {
  const { server, streamKey } = obsFields(address);
  const hasKeyInServer = streamKey === undefined && isKeyKnown;
  return (
    <div class="stack-small">
      <ol class="steps">
        <li>
          <p>
            Open <strong>Settings › Stream</strong> and choose the service <strong>Custom…</strong>
          </p>
        </li>
        <li>
          <p>Copy {streamKey === undefined ? 'this' : 'these two'}:</p>
          <CopyField label="Server" value={server} isSecret={hasKeyInServer} />
          {streamKey === undefined ? (
            <p class="hint">The field “Stream Key” stays empty: the key is in the server’s address.</p>
          ) : (
            <CopyField label="Stream Key" value={streamKey} isSecret={isKeyKnown} />
          )}
        </li>
        <li>
          <p>
            Press <strong>OK</strong>, then <strong>Start Streaming</strong>.
          </p>
        </li>
      </ol>
      <details class="fold">
        <summary>
          <Icon name="forward" />
          Recommended settings
        </summary>
        <p class="hint">Settings › Output, with Output Mode “Advanced”, on the tab “Streaming”:</p>
        <dl class="recommended">
          {OBS_OUTPUT.map(({ name, value, why }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <strong>{value}</strong>
                {why !== '' && <span class="hint">{why}</span>}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}
