import type { Normalization, Task } from '../../schemas/task.ts';
import type { Sha256 } from '../../schemas/ids.ts';

/**
 * The output of a task as a tree of fields: what the schema subset can say, in schema order, with every bound filled
 * in, so that the longest possible answer is known. Engine, validation, normalisation and merging all read this tree.
 */
export type Field = { readonly nullable: boolean } & FieldKind;

export type FieldKind =
  | ObjectField
  | ArrayField
  | LabelField
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'number'; readonly minimum: number; readonly maximum: number }
  /** `YYYY-MM-DD`, written by the model. */
  | { readonly type: 'date' }
  /** Free text, at most `maxLength` code points. */
  | { readonly type: 'string'; readonly minLength: number; readonly maxLength: number }
  | VerbatimField;

export type ObjectField = {
  readonly type: 'object';
  readonly properties: readonly { readonly name: string; readonly field: Field }[];
};

export type ArrayField = {
  readonly type: 'array';
  readonly items: Field;
  readonly minItems: number;
  readonly maxItems: number;
  /** A multi-label field: the items are labels, none twice. */
  readonly unique: boolean;
};

/** One value of a closed set; at least one label, none twice. */
export type LabelField = { readonly type: 'label'; readonly labels: readonly string[] };

/**
 * A value copied from the document: the model writes a JSON string that stands in the chunk character by character,
 * within one line, without white space at its ends; code then normalises it to what the schema says.
 */
export type VerbatimField = {
  readonly type: 'verbatim';
  readonly maxLength: number;
  readonly normalize?: Normalization;
};

/** A task that can be answered: its JSON form, its hash and its fields. */
export type CompiledTask = {
  readonly task: Task;
  /** SHA-256 of the task's canonical JSON. */
  readonly sha256: Sha256;
  readonly output: Field & ObjectField;
};
