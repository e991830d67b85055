/** What of a vocabulary stands in a GGUF file. */
export type StoredVocabulary = {
  readonly tokens: readonly string[];
  readonly scores: readonly number[];
  readonly kinds: readonly number[];
};

/** Numbers of the types of values in a GGUF file. */
const TYPE = { uint32: 4, int32: 5, float32: 6, boolean: 7, string: 8, array: 9 };

/** A GGUF file (version 3) that is only a vocabulary, in the form of a Gemma 3 model. */
export function toGguf({ tokens, scores, kinds }: StoredVocabulary): Buffer {
  const members = [
    member('general.architecture', TYPE.string, text('gemma3')),
    member('gemma3.context_length', TYPE.uint32, uint32(32_768)),
    member('tokenizer.ggml.model', TYPE.string, text('llama')),
    member('tokenizer.ggml.tokens', TYPE.array, array(TYPE.string, tokens.map(text))),
    member('tokenizer.ggml.scores', TYPE.array, array(TYPE.float32, scores.map(float32))),
    member('tokenizer.ggml.token_type', TYPE.array, array(TYPE.int32, kinds.map(uint32))),
    member('tokenizer.ggml.bos_token_id', TYPE.uint32, uint32(tokens.indexOf('<bos>'))),
    member('tokenizer.ggml.eos_token_id', TYPE.uint32, uint32(tokens.indexOf('<eos>'))),
    member('tokenizer.ggml.unknown_token_id', TYPE.uint32, uint32(tokens.indexOf('<unk>'))),
    member('tokenizer.ggml.padding_token_id', TYPE.uint32, uint32(tokens.indexOf('<pad>'))),
    member('tokenizer.ggml.add_space_prefix', TYPE.boolean, Buffer.of(0)),
  ];
  const head = [Buffer.from('GGUF'), uint32(3), uint64(0), uint64(members.length)];
  return Buffer.concat([...head, ...members]);
}

function member(name: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([text(name), uint32(type), value]);
}

function array(type: number, values: readonly Buffer[]): Buffer {
  return Buffer.concat([uint32(type), uint64(values.length), ...values]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
