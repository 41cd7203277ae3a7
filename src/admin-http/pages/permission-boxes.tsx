/** Permissions to choose from, each with what it lets do. */
import type { VNode } from 'preact';
import { PERMISSIONS, type Permission } from '../../core/access/permissions.ts';
import type { FormState } from '../views/form.tsx';

export interface PermissionBoxesProps {
  readonly legend: string;
  readonly names: readonly Permission[];
  /** The chosen ones are its values `permissions`. */
  readonly state: FormState;
}

export function PermissionBoxes({ legend, names, state }: PermissionBoxesProps): VNode {
  const chosen = new Set(state.values.getAll('permissions'));
  return (
    <fieldset>
      <legend>{legend}</legend>
      {state.error?.field === 'permissions' ? <p class="error">{state.error.message}</p> : null}
      {names.map((name) => (
        <label key={name}>
          <input type="checkbox" name="permissions" value={name} checked={chosen.has(name)} />
          {PERMISSIONS[name]} <code>{name}</code>
        </label>
      ))}
    </fieldset>
  );
}
