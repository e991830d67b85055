/** The header of a GGUF file with text values only, and without any tensor. */
export function ggufOf(values: Readonly<Record<string, string>>): Buffer {
  const head = Buffer.alloc(24);
  head.write('GGUF', 'latin1');
  head.writeUInt32LE(3, 4);
  head.writeBigUInt64LE(BigInt(Object.keys(values).length), 16);
  const stringType = Buffer.from([8, 0, 0, 0]);
  const pairs = Object.entries(values).flatMap(([key, value]) => [textOf(key), stringType, textOf(value)]);
  return Buffer.concat([head, ...pairs]);
}

function textOf(value: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(value)));
  return Buffer.concat([length, Buffer.from(value)]);
}
