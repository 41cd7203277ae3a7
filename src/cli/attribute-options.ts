/** The options by which users and groups are given attributes that administrators defined. */
import { type Command, InvalidArgumentError } from 'commander';
import type { AttributeChanges } from '../core/model/attribute-definition.ts';
import { IMAGE_BYTES_MAX } from '../core/model/image.ts';
import { readAtMost } from './read-file.ts';

export interface AttributeOptions {
  readonly attribute?: AttributeChanges;
  /** Paths by the names of attributes. */
  readonly attributeFile?: Readonly<Record<string, string>>;
}

export function addAttributeOptions(command: Command): Command {
  return command
    .option(
      '--attribute <name=value>',
      'one of "attributes list"; again for another value; without a value the attribute goes',
      collectAttribute,
    )
    .option('--attribute-file <name=file>', 'a picture, for an attribute of the type image', collectFile);
}

/** undefined: nothing was given. */
export async function attributeChanges({
  attribute,
  attributeFile,
}: AttributeOptions): Promise<AttributeChanges | undefined> {
  if (attributeFile === undefined) return attribute;
  const changes: Record<string, AttributeChanges[string]> = { ...attribute };
  for (const [name, path] of Object.entries(attributeFile)) {
    changes[name] = [await readAtMost(IMAGE_BYTES_MAX, path, '--attribute-file')];
  }
  return changes;
}

function collectAttribute(text: string, before: AttributeChanges = {}): AttributeChanges {
  const [, name, value = ''] = /^([^=]+)=(.*)$/su.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Write it as name=value.');
  return { ...before, [name]: value === '' ? null : [...(before[name] ?? []), value] };
}

function collectFile(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, path] = /^([^=]+)=(.+)$/su.exec(text) ?? [];
  if (name === undefined || path === undefined) throw new InvalidArgumentError('Write it as name=file.');
  return { ...before, [name]: path };
}
