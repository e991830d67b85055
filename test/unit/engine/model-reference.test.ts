import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseModelReference, showReference } from '../../../src/engine/model-reference.ts';
import { isAppError } from '../../../src/errors.ts';

const SHA256 = 'ab'.repeat(32);

function refusal(reference: string): string {
  try {
    parseModelReference(reference);
  } catch (error) {
    if (isAppError(error, 'MODEL_INVALID')) return error.message;
  }
  throw new Error(`${reference} was taken`);
}

describe('a reference to a model', () => {
  test.for([
    ['hf:user/model', 'hf:user/model'],
    ['hf:user/model:Q4_0', 'hf:user/model:Q4_0'],
    ['HF:user/model:Q4_0', 'hf:user/model:Q4_0'],
    ['hf://user/model', 'hf:user/model'],
    ['hf:user/model/folder/file.gguf#branch', 'hf:user/model/folder/file.gguf#branch'],
    ['HTTPS://Example.org/a b.gguf?x=1', 'https://example.org/a%20b.gguf?x=1'],
  ])('%s is somewhere else, with or without a pin', ([reference = '', uri]) => {
    expect(parseModelReference(reference)).toEqual({ kind: 'remote', uri, pin: undefined });
    const pinned = `${reference}#sha256=${SHA256.toUpperCase()}`;
    expect(parseModelReference(pinned)).toEqual({ kind: 'remote', uri, pin: SHA256 });
  });

  test('is a path otherwise, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        fc.pre(!/^(hf:|https?:|stub:)/i.test(path) && !path.includes('#sha256='));
        expect(parseModelReference(path)).toEqual({ kind: 'file', path, pin: undefined });
        expect(parseModelReference(`${path}#sha256=${SHA256}`)).toEqual({ kind: 'file', path, pin: SHA256 });
      }),
    );
  });

  test.for(['hf:', 'hf:model', 'hf:/model', 'hf:user/', 'hf:user/mo del', 'http:', 'https://'])(
    '%j is refused with an example of a right one',
    (reference) => {
      expect(refusal(reference)).toMatch(/`hf:USER\/MODEL|`https:\/\/HOST/);
    },
  );

  test('with a password in its URL is refused without showing it', () => {
    const message = refusal('https://me:secret@example.org/model.gguf');
    expect(message).toContain('`example.org`');
    expect(message).not.toContain('secret');
  });

  test('is shown without what a URL asks for, which may be a key', () => {
    expect(showReference('https://example.org/model.gguf?key=secret')).toBe('https://example.org/model.gguf?…');
    expect(refusal('https://example.org/model.gguf?key=secret#sha256=1')).not.toContain('secret');
  });
});
