/**
 * What is yet being made: fields are added one by one. Of a hundred thousand objects, those put together from parts with
 * "..." take up to twice the memory.
 */
export type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };
