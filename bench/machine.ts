import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { packageVersion } from '../src/package-root.ts';

/** What the figures were measured on. */
export type Machine = {
  readonly cpu: string;
  readonly features: readonly string[];
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly docmill: string;
  readonly nodeLlamaCpp: string;
  readonly llamaCpp: string;
};

/** Instruction sets that decide which of llama.cpp's kernels run. */
const FEATURES = ['avx2', 'fma', 'avx_vnni', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_int8'];

/** Describes this machine and the versions of what is compared on it. */
export function describeMachine(): Machine {
  const flags = new Set((/^flags\s*:(.*)$/m.exec(readIfThere('/proc/cpuinfo'))?.[1] ?? '').trim().split(' '));
  return {
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    features: FEATURES.filter((feature) => flags.has(feature)),
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()}`,
    node: process.versions.node,
    docmill: packageVersion(),
    nodeLlamaCpp: memberOf('../package.json', 'version'),
    llamaCpp: memberOf('../llama/llama.cpp.info.json', 'tag'),
  };
}

/** A member of a JSON file of node-llama-cpp. */
function memberOf(path: string, name: string): string {
  const file = fileURLToPath(new URL(path, import.meta.resolve('node-llama-cpp')));
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const member: unknown = typeof content === 'object' && content !== null ? Reflect.get(content, name) : undefined;
  return String(member);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
