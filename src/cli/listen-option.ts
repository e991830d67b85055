import { InvalidArgumentError, Option } from 'commander';
import type { Address } from '../monitor/http/serve.ts';

/** `--listen`; a port alone is one of this machine only. */
export function listenOption(description: string): Option {
  return new Option('--listen <host:port>', description).argParser(parseListen);
}

/** `HOST:PORT`, `[::1]:PORT`, or a port of 127.0.0.1. */
export function parseListen(text: string): Address {
  const [, bracketed, plain, digits = ''] = /^(?:\[([\d:a-f.]+)\]:|([\w.-]*):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    throw new InvalidArgumentError('Expected HOST:PORT, such as 127.0.0.1:9464, or a port of 127.0.0.1.');
  }
  const host = bracketed ?? plain ?? '';
  return { host: host === '' ? '127.0.0.1' : host, port };
}
