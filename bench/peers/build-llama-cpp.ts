import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachePath } from '../cache.ts';

const TARGETS = ['llama-server', 'llama-bench', 'llama-batched-bench'] as const;
type Program = (typeof TARGETS)[number];

/** What the programs do not need here: each is minutes of compiling, or wants the network. */
const OFF = [
  'GGML_CPU',
  'GGML_NATIVE',
  'GGML_OPENMP',
  'GGML_CCACHE',
  'LLAMA_BUILD_TESTS',
  'LLAMA_BUILD_EXAMPLES',
  'LLAMA_BUILD_APP',
  'LLAMA_BUILD_UI',
  'LLAMA_USE_PREBUILT_UI',
  'LLAMA_OPENSSL',
  'LLAMA_CURL',
];

/** Path of a program of llama.cpp, or undefined where it was not built. */
export function findProgram(program: Program): string | undefined {
  const path = cachePath('llama.cpp', 'build', 'bin', program);
  return existsSync(path) ? path : undefined;
}

/**
 * Builds llama.cpp's programs from the very source that node-llama-cpp was built from, without a CPU backend, and gives
 * them the CPU kernels that node-llama-cpp ships: all sides of the benchmark then run the same kernels, compiled by the
 * same compiler, and what is compared is the way they are used.
 */
export function buildLlamaCpp(): void {
  const source = checkOutSource();
  const build = join(source, 'build');
  const options = [...OFF.map((name) => `-D${name}=OFF`), '-DGGML_BACKEND_DL=ON', '-DBUILD_SHARED_LIBS=ON'];
  run('cmake', ['-S', source, '-B', build, '-DCMAKE_BUILD_TYPE=Release', ...options]);
  run('cmake', ['--build', build, '-j1', ...TARGETS.flatMap((target) => ['--target', target])]);
  const binaries = binariesOfNodeLlamaCpp();
  for (const name of readdirSync(binaries).filter((name) => name.startsWith('libggml-cpu'))) {
    cpSync(join(binaries, name), join(build, 'bin', name));
  }
}

/** The source of llama.cpp that node-llama-cpp carries, checked out in the cache. */
export function checkOutSource(): string {
  const source = cachePath('llama.cpp');
  const bundle = fileURLToPath(new URL('../llama/gitRelease.bundle', import.meta.resolve('node-llama-cpp')));
  if (!existsSync(source)) run('git', ['clone', '--quiet', bundle, source]);
  return source;
}

function binariesOfNodeLlamaCpp(): string {
  const platform = `${process.platform}-${process.arch}`;
  const home = import.meta.resolve('node-llama-cpp');
  return fileURLToPath(new URL(`../../@node-llama-cpp/${platform}/bins/${platform}`, home));
}

function run(command: string, parameters: readonly string[]): void {
  execFileSync(command, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
}

if (import.meta.main) buildLlamaCpp();
