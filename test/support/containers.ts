import { join } from 'node:path';
import { type Finished, startProgram } from './start-program.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The image under test. */
export const IMAGE = 'docmill-test';

/** The command that is Compose here, as words: the plugin of Docker, or the program that Debian packages. */
export type ComposeCommand = readonly [program: string, ...words: string[]];

const COMPOSE_COMMANDS: readonly ComposeCommand[] = [['docker', 'compose'], ['docker-compose']];

/** How Compose is called on this machine; null where Docker does not answer or there is no Compose. */
export async function findCompose(): Promise<ComposeCommand | null> {
  if ((await run('docker', ['info'])).code !== 0) return null;
  for (const command of COMPOSE_COMMANDS) {
    const [program, ...words] = command;
    if ((await run(program, [...words, 'version'])).code === 0) return command;
  }
  return null;
}

/** Builds the image of the present sources, on the base images that `DOCMILL_IMAGE_BUILD` names as flags, if it does. */
export async function buildImage(): Promise<void> {
  const flags = (process.env['DOCMILL_IMAGE_BUILD'] ?? '').split(' ').filter((flag) => flag !== '');
  await docker('build', '--tag', IMAGE, ...flags, '.');
}

/** Runs one command of Docker to its end and gives what it printed; throws what it said when it fails. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run('docker', args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}${stdout}`);
  return stdout.trim();
}

/** Runs a line of JavaScript in a container that runs already. */
export function evaluate(container: string, script: string): Promise<Finished> {
  return run('docker', ['exec', container, 'node', '--eval', script]);
}

/** Runs a program in the root of the repository to its end, knowing of the settings of Docker and `variables` alone. */
export function run(program: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const own = Object.entries(process.env).filter(([name]) => /^(?:PATH|HOME|DOCKER_.*|REDIS_IMAGE)$/.test(name));
  const started = startProgram(program, args, { cwd: ROOT, env: { ...Object.fromEntries(own), ...variables } });
  started.child.stdin?.end();
  return started.finished;
}
