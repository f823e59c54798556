import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** ISO/IEC 18004 §9.1: four modules of nothing around it. */
const QUIET_MODULES = 4;

interface QrCodeProps {
  readonly text: string;
  /** What it does, for who cannot see it; the same can be done by hand beside it. */
  readonly label: string;
}

interface Drawn {
  readonly path: string;
  readonly sizeModules: number;
}

/** A text for a phone's camera. The code that draws it is loaded when the first one is shown. */
export function QrCode({ text, label }: QrCodeProps) {
  const drawn = useSignal<Drawn | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    void import('uqr').then(({ encode }) => {
      if (isGone) return;
      const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES });
      drawn.value = { path: pathOf(data), sizeModules: size };
    });
    return () => {
      isGone = true;
    };
  }, [text, drawn]);
  if (drawn.value === undefined) return <div class="qr-code" />;
  const { path, sizeModules } = drawn.value;
  return (
    <svg
      class="qr-code"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${sizeModules} ${sizeModules}`}
      shape-rendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}

/** Each run of dark modules as one stroke of a row. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  const runs = rows.flatMap((row, y) =>
    row.flatMap((isDark, x) => {
      if (!isDark || row[x - 1] === true) return [];
      const end = row.indexOf(false, x);
      return [`M${x} ${y}h${(end < 0 ? row.length : end) - x}v1H${x}z`];
    }),
  );
  return runs.join('');
}
