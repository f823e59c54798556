import { useId } from 'preact/hooks';

interface SegmentsProps<V extends string> {
  readonly label: string;
  readonly choices: readonly { readonly value: V; readonly name: string }[];
  readonly value: V;
  readonly onValue: (value: V) => void;
}

/** One of two or three words, side by side. */
export function Segments<V extends string>({ label, choices, value, onValue }: SegmentsProps<V>) {
  const id = useId();
  return (
    <fieldset class="segments">
      <legend>{label}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice.value}>
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onValue(choice.value)}
            />
            <span>{choice.name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
