import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Words {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly error?: string | undefined;
}

/** What an input needs to be described by its words. */
export interface FieldParts {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** A label, a hint and an error around any one input. */
export function Field({
  label,
  hint,
  error,
  children,
}: Words & { readonly children: (parts: FieldParts) => ComponentChildren }) {
  const id = useId();
  const parts = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(
    (part) => part !== false,
  );
  return (
    <div class={`field ${error === undefined ? '' : 'wrong'}`}>
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': parts.length === 0 ? undefined : parts.join(' '),
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Words {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** Behind the input: "Mbit/s". */
  readonly unit?: string;
  readonly type?: 'text' | 'password';
  readonly inputMode?: 'text' | 'numeric' | 'decimal';
  readonly autocomplete?: 'off' | 'current-password' | 'new-password';
  readonly maxLength?: number;
  readonly placeholder?: string;
  readonly name?: string;
}

/** One line of text: names, numbers and secrets, of which none is to be corrected. */
export function TextField({ label, hint, error, value, onValue, unit, type = 'text', ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(parts) => {
        const shared = {
          autocomplete: 'off',
          autocapitalize: 'none',
          spellcheck: false,
          ...rest,
          ...parts,
          value,
          onInput: (event: InputEvent & { readonly currentTarget: HTMLInputElement }) =>
            onValue(event.currentTarget.value),
        } as const;
        return (
          <div class="input">
            {type === 'password' ? <input {...shared} type="password" /> : <input {...shared} type="text" />}
            {unit !== undefined && <span class="unit">{unit}</span>}
          </div>
        );
      }}
    </Field>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly isDisabled?: boolean;
}

/** On or off. */
export function Switch({ label, hint, isOn, onChange, isDisabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div class="switch-field">
      <input
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: ARIA in HTML §4: `checked` says it, and aria-checked must not.
        role="switch"
        id={id}
        class="switch"
        checked={isOn}
        disabled={isDisabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<V extends string> {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly choices: readonly { readonly value: V; readonly name: string; readonly hint?: string }[];
  readonly value: V;
  readonly onValue: (value: V) => void;
}

/** One of a few, all of them seen. */
export function Choice<V extends string>({ label, hint, choices, value, onValue }: ChoiceProps<V>) {
  const id = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {hint !== undefined && <p class="hint">{hint}</p>}
      <div class="choices">
        {choices.map((choice) => (
          <label key={choice.value} class="choice-option">
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onValue(choice.value)}
            />
            <span class="choice-name">{choice.name}</span>
            {choice.hint !== undefined && <span class="choice-hint">{choice.hint}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
