/** Bytes of a value of each fixed-size type of GGUF. */
const SIZES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const [UINT16, INT32, STRING, ARRAY] = [2, 5, 8, 9];
const ALIGNMENT = 32;

type Tensor = { readonly head: Buffer; readonly type: Buffer; readonly data: Buffer };

/** Splits a GGUF file into files as llama.cpp does: all metadata in the first one, the tensors over all of them. */
export function splitGguf(file: Buffer, parts: number): Buffer[] {
  const { values, valueCount, tensors } = readGguf(file);
  const perPart = Math.ceil(tensors.length / parts);
  return Array.from({ length: parts }, (_, part) => {
    const own = tensors.slice(part * perPart, (part + 1) * perPart);
    const split = [
      valueOf('split.no', UINT16, part),
      valueOf('split.count', UINT16, parts),
      valueOf('split.tensors.count', INT32, tensors.length),
    ];
    return writeGguf(part === 0 ? [values, ...split] : split, (part === 0 ? valueCount : 0) + split.length, own);
  });
}

/** Where the matrices of a GGUF file are in it. */
export function tensorsOf(file: Buffer): { readonly name: string; readonly offset: number; readonly bytes: number }[] {
  return readGguf(file).tensors.map(({ head, data }) => ({
    name: head.toString('utf8', 8, 8 + Number(head.readBigUInt64LE())),
    offset: data.byteOffset - file.byteOffset,
    bytes: data.length,
  }));
}

function readGguf(file: Buffer) {
  const tensorCount = Number(file.readBigUInt64LE(8));
  const valueCount = Number(file.readBigUInt64LE(16));
  let at = 24;
  const skipText = (): void => void (at += 8 + Number(file.readBigUInt64LE(at)));
  const skipValue = (type: number): void => {
    if (type === STRING) return skipText();
    if (type !== ARRAY) return void (at += SIZES[type] ?? Number.NaN);
    const itemType = file.readUInt32LE(at);
    const count = Number(file.readBigUInt64LE(at + 4));
    at += 12;
    for (let index = 0; index < count; index += 1) skipValue(itemType);
  };
  for (let index = 0; index < valueCount; index += 1) {
    skipText();
    at += 4;
    skipValue(file.readUInt32LE(at - 4));
  }
  const values = file.subarray(24, at);
  const infos = Array.from({ length: tensorCount }, () => {
    const start = at;
    skipText();
    at += 4 + 8 * file.readUInt32LE(at);
    const info = {
      head: file.subarray(start, at),
      type: file.subarray(at, at + 4),
      offset: Number(file.readBigUInt64LE(at + 4)),
    };
    at += 12;
    return info;
  });
  const data = align(at);
  const tensors = infos.map(({ head, type, offset }, index): Tensor => {
    const end = infos[index + 1]?.offset ?? file.length - data;
    return { head, type, data: file.subarray(data + offset, data + end) };
  });
  return { values, valueCount, tensors };
}

function writeGguf(values: readonly Buffer[], valueCount: number, tensors: readonly Tensor[]): Buffer {
  const head = Buffer.alloc(24);
  head.write('GGUF', 'latin1');
  head.writeUInt32LE(3, 4);
  head.writeBigUInt64LE(BigInt(tensors.length), 8);
  head.writeBigUInt64LE(BigInt(valueCount), 16);
  let offset = 0;
  const infos = tensors.map(({ head: name, type, data }) => {
    const place = Buffer.alloc(8);
    place.writeBigUInt64LE(BigInt(offset));
    offset = align(offset + data.length);
    return Buffer.concat([name, type, place]);
  });
  return Buffer.concat([
    padded(Buffer.concat([head, ...values, ...infos])),
    ...tensors.map(({ data }) => padded(data)),
  ]);
}

function valueOf(key: string, type: number, value: number): Buffer {
  const bytes = Buffer.alloc(8 + key.length + 4 + (SIZES[type] ?? 0));
  bytes.writeBigUInt64LE(BigInt(key.length));
  bytes.write(key, 8, 'latin1');
  bytes.writeUInt32LE(type, 8 + key.length);
  bytes.writeUIntLE(value, 12 + key.length, SIZES[type] ?? 0);
  return bytes;
}

function align(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(align(bytes.length) - bytes.length)]);
}
