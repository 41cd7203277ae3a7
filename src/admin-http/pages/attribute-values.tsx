/** The values of attributes that administrators defined, on the pages and forms of users and groups. */
import type { VNode } from 'preact';
import type { AttributesKeeper, Groups, NamedAttributes, Users } from '../../core/directory/directory.ts';
import { DirectoryError } from '../../core/errors.ts';
import type { AttributeChanges, AttributeDefinition } from '../../core/model/attribute-definition.ts';
import { IMAGE_TYPES } from '../../core/model/image.ts';
import { Choice, Field, type FormState } from '../views/form.tsx';
import { Facts } from '../views/parts.tsx';
import { type Asked, type Fields, may, type Page, type Shown, textOf, type Visitor } from './page.ts';

export interface AttributeValuesPort {
  readonly attributes: Pick<AttributesKeeper, 'list' | 'ofUser' | 'ofGroup' | 'image'>;
}

type Subject = AttributeDefinition['subject'];

/** One attribute of one user or group, as the visitor sees it. */
export interface Attribute {
  readonly definition: AttributeDefinition;
  readonly values: readonly string[];
  readonly locked: string | undefined;
}

/** Those of somebody or of a group by name; null: of who is yet to be added. */
export async function attributesOf(
  { attributes }: AttributeValuesPort,
  visitor: Visitor,
  subject: Subject,
  name: string | null,
): Promise<readonly Attribute[]> {
  const { actor, user } = visitor;
  const needs = `${subject}s` as const;
  const writesAll = may(visitor, `${needs}.edit`) || (name === null && may(visitor, `${needs}.create`));
  const isOwn = subject === 'user' && name === user.username;
  const all = (await attributes.list(actor)).filter((each) => each.subject === subject);
  if (all.length === 0) return [];
  const known: NamedAttributes =
    name === null
      ? {}
      : await (subject === 'user' ? attributes.ofUser(actor, name) : attributes.ofGroup(actor, name));
  return all
    .filter(
      ({ readers, writers }) => may(visitor, `${needs}.read`) || readers === 'all' || writers === 'self',
    )
    .map((definition) => ({
      definition,
      values: known[definition.name] ?? [],
      locked: writesAll || (isOwn && definition.writers === 'self') ? undefined : LOCKED,
    }));
}

const LOCKED = 'Only administrators change it.';

function fieldOf({ name }: AttributeDefinition): string {
  return `attribute.${name}`;
}

/** For a form's values. */
export function attributeFields(attributes: readonly Attribute[]): readonly (readonly [string, string])[] {
  return attributes.map(({ definition, values }) => [fieldOf(definition), values.join('\n')] as const);
}

/** What a posted form says of them; those that the form did not have are left as they are. */
export function attributeChanges(
  form: Fields,
  attributes: readonly Attribute[],
): { attributes?: AttributeChanges } {
  const given = attributes.filter(
    ({ definition, locked }) => locked === undefined && form.has(fieldOf(definition)),
  );
  if (given.length === 0) return {};
  return {
    attributes: Object.fromEntries(
      given.map(({ definition }) => [definition.name, valuesIn(form, definition)]),
    ),
  };
}

function valuesIn(form: Fields, definition: AttributeDefinition): readonly string[] {
  const text = textOf(form, fieldOf(definition));
  const values = definition.several ? text.split('\n').map((line) => line.trim()) : [text];
  return values.filter((value) => value !== '');
}

interface InputsProps {
  readonly attributes: readonly Attribute[];
  readonly state: FormState;
}

/** Nothing where none are defined; pictures stand on the page itself. */
export function AttributeInputs({ attributes, state }: InputsProps): VNode | null {
  const typed = attributes.filter(({ definition }) => definition.type !== 'image');
  if (typed.length === 0) return null;
  return (
    <fieldset>
      <legend>Further attributes</legend>
      {typed.map(({ definition, locked }) => (
        <Input key={definition.id} definition={definition} locked={locked} state={state} />
      ))}
    </fieldset>
  );
}

const BOOLEANS = [
  { value: '', label: 'not said' },
  { value: 'true', label: 'yes' },
  { value: 'false', label: 'no' },
];
const HINTS: Readonly<Partial<Record<AttributeDefinition['type'], string>>> = {
  time: 'Such as 2024-05-01T12:00:00Z.',
  integer: 'A whole number.',
};

function Input({
  definition,
  locked,
  state,
}: Pick<Attribute, 'definition' | 'locked'> & { state: FormState }): VNode {
  const { name: label, description, several, type } = definition;
  const hint =
    [description, HINTS[type], several ? 'One on each line.' : null].filter(Boolean).join(' ') || undefined;
  const common = { name: fieldOf(definition), label, hint, state, locked };
  if (type === 'boolean' && !several) return <Choice {...common} options={BOOLEANS} />;
  return <Field {...common} {...(several && { rows: 3 })} />;
}

export interface AttributesProps {
  readonly attributes: readonly Attribute[];
  /** Path of the user or group. */
  readonly path: string;
  readonly csrfToken: string;
}

/** As they are; nothing where none are defined. */
export function Attributes({ attributes, path, csrfToken }: AttributesProps): VNode | null {
  if (attributes.length === 0) return null;
  const [images, others] = [true, false].map((isImage) =>
    attributes.filter(({ definition }) => (definition.type === 'image') === isImage),
  );
  const facts = (others ?? []).map(
    ({ definition, values }) => [definition.name, values.join(', ') || '-'] as const,
  );
  return (
    <section>
      <h2>Further attributes</h2>
      <Facts facts={Object.fromEntries(facts)} />
      {(images ?? []).map((image) => (
        <Image key={image.definition.id} image={image} path={path} csrfToken={csrfToken} />
      ))}
    </section>
  );
}

function Image({
  image,
  path,
  csrfToken,
}: Omit<AttributesProps, 'attributes'> & { image: Attribute }): VNode {
  const { definition, values, locked } = image;
  const { name, description } = definition;
  const action = `${path}/attributes/${encodeURIComponent(name)}/image`;
  const [value] = values;
  return (
    <>
      <h3>{name}</h3>
      {description === '' ? null : <p class="muted">{description}</p>}
      {value === undefined ? (
        <p class="muted">None.</p>
      ) : (
        <img class="portrait" src={`${action}?${encodeURIComponent(value)}`} alt={name} />
      )}
      {locked === undefined ? (
        <form method="post" action={action} enctype="multipart/form-data">
          <input type="hidden" name="csrf" value={csrfToken} />
          <label for={definition.id}>{value === undefined ? 'A picture' : 'Another one'}</label>
          <input type="file" id={definition.id} name="image" accept={IMAGE_TYPES.join(',')} />
          <div class="actions">
            <button type="submit" class="secondary">
              Use it
            </button>
            {value === undefined ? null : (
              <button type="submit" name="none" value="yes" class="secondary outline">
                Take it away
              </button>
            )}
          </div>
        </form>
      ) : null}
    </>
  );
}

export interface AttributeImagesPort extends AttributeValuesPort {
  readonly users: Pick<Users, 'edit'>;
  readonly groups: Pick<Groups, 'edit'>;
}

/** Pictures in attributes, shown and replaced; core decides who may. */
export function attributeImagePages(port: AttributeImagesPort): readonly Page[] {
  return (['user', 'group'] as const).flatMap((subject): Page[] => {
    const path = `/${subject}s/:holder/attributes/:name/image`;
    return [
      { method: 'get', path, needs: null, show: (asked, visitor) => image(port, subject, asked, visitor) },
      {
        method: 'post',
        path,
        needs: null,
        show: (asked, visitor) => setImage(port, subject, asked, visitor),
      },
    ];
  });
}

function namesIn({ params: { holder = '', name = '' } }: Asked) {
  return { holder, name };
}

async function image(
  { attributes }: AttributeImagesPort,
  subject: Subject,
  asked: Asked,
  { actor }: Visitor,
): Promise<Shown> {
  const { holder, name } = namesIn(asked);
  const { type, octets } = await attributes.image(actor, subject, holder, name);
  return { kind: 'file', type, name: `${name}.${type.split('/')[1]}`, content: octets };
}

async function setImage(
  { users, groups }: AttributeImagesPort,
  subject: Subject,
  asked: Asked,
  visitor: Visitor,
): Promise<Shown> {
  const { actor, user } = visitor;
  const { holder, name } = namesIn(asked);
  const given = asked.form.has('none') ? null : asked.files.get('image');
  if (given === undefined) throw new DirectoryError('invalid', 'Choose a picture first.');
  const changes = { attributes: { [name]: given && [given] } };
  await (subject === 'user' ? users.edit(actor, holder, changes) : groups.edit(actor, holder, changes));
  const isOwn = subject === 'user' && holder === user.username && !may(visitor, 'users.read');
  const to = isOwn ? '/me' : `/${subject}s/${encodeURIComponent(holder)}`;
  return { kind: 'redirect', to, notice: given === null ? `${name} is gone.` : `${name} is changed.` };
}
