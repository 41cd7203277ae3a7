/** Reads what a form posted: its fields and its files. */
import { HttpProblem } from './problem.ts';

export interface PostedForm {
  readonly fields: URLSearchParams;
  /** By the name of their field; an input left empty is not there. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export const NO_FORM: PostedForm = { fields: new URLSearchParams(), files: new Map() };

const FIELDS_MAX = 2000;

/** `body` is bounded by the caller. Throws HttpProblem 400 where it is not what its type says. */
export async function readForm(body: Buffer, contentType: string): Promise<PostedForm> {
  const parts = await formDataOf(body, contentType);
  const fields = new URLSearchParams();
  const files = new Map<string, Buffer>();
  let count = 0;
  for (const [name, value] of parts) {
    count += 1;
    if (count > FIELDS_MAX) throw new HttpProblem(400, `A form has at most ${FIELDS_MAX} fields.`);
    if (typeof value === 'string') fields.append(name, value);
    else if (value.size > 0) files.set(name, Buffer.from(await value.arrayBuffer()));
  }
  return { fields, files };
}

async function formDataOf(body: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'Content-Type': contentType } }).formData();
  } catch {
    throw new HttpProblem(400, 'The form cannot be read.');
  }
}
