import { expect, test } from 'vitest';
import { parseListen } from '../../../src/cli/listen-option.ts';

test.for([
  ['9464', '127.0.0.1', 9464],
  [':9464', '127.0.0.1', 9464],
  ['0', '127.0.0.1', 0],
  ['localhost:80', 'localhost', 80],
  ['0.0.0.0:65535', '0.0.0.0', 65_535],
  ['[::1]:9464', '::1', 9464],
  ['metrics-1.example:9464', 'metrics-1.example', 9464],
] as const)('--listen %s is host %s and port %i', ([text, host, port]) => {
  expect(parseListen(text)).toEqual({ host, port });
});

test.for(['', 'localhost', 'localhost:', '65536', '::1:9464', 'http://localhost:9464', '1.5', '-1', 'a b:9464'])(
  '--listen %j is refused with what is expected',
  (text) => {
    expect(() => parseListen(text)).toThrow('Expected HOST:PORT');
  },
);
