/** The shape of a filter for the log: what was asked about, without what was looked for, which may be a secret. */
import type { Filter } from '../core/syntax/filter.ts';

/** Filters that list thousands of names are cut here. */
export const SHAPE_LENGTH_MAX = 500;

/** For example "(&(objectClass=?)(|(uid=?)(mail=?*)))"; the question mark stands for any value. */
export function filterShape(filter: Filter): string {
  const shape = { text: '' };
  append(shape, filter);
  return shape.text.length > SHAPE_LENGTH_MAX ? `${shape.text.slice(0, SHAPE_LENGTH_MAX)}...` : shape.text;
}

function append(shape: { text: string }, filter: Filter): void {
  if (shape.text.length > SHAPE_LENGTH_MAX) return;
  switch (filter.type) {
    case 'and':
    case 'or':
      shape.text += filter.type === 'and' ? '(&' : '(|';
      for (const part of filter.filters) append(shape, part);
      shape.text += ')';
      break;
    case 'not':
      shape.text += '(!';
      append(shape, filter.filter);
      shape.text += ')';
      break;
    default:
      shape.text += `(${itemShape(filter)})`;
  }
}

function itemShape(filter: Exclude<Filter, { readonly type: 'and' | 'or' | 'not' }>): string {
  switch (filter.type) {
    case 'equality':
      return `${filter.attribute}=?`;
    case 'greater-or-equal':
      return `${filter.attribute}>=?`;
    case 'less-or-equal':
      return `${filter.attribute}<=?`;
    case 'approximate':
      return `${filter.attribute}~=?`;
    case 'presence':
      return `${filter.attribute}=*`;
    case 'substring': {
      const { attribute, initial, any, final } = filter;
      return `${attribute}=${initial === null ? '' : '?'}*${'?*'.repeat(any.length)}${final === null ? '' : '?'}`;
    }
    case 'extensible': {
      const { attribute, rule, dnAttributes } = filter;
      return `${attribute ?? ''}${dnAttributes ? ':dn' : ''}${rule === null ? '' : `:${rule}`}:=?`;
    }
  }
}
