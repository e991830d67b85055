import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { type ComposeProject, createComposeProject, waitUntilPatiently } from '../support/compose-project.ts';
import { docker, evaluate, run, IMAGE } from '../support/containers.ts';
import { parseLines } from '../support/parse-lines.ts';

const compose = inject('compose');

const inspectSchema = z
  .array(
    z.object({
      Config: z.object({ User: z.string() }),
      HostConfig: z.object({
        ReadonlyRootfs: z.boolean(),
        CapDrop: z.array(z.string()),
        SecurityOpt: z.array(z.string()),
        Memory: z.int(),
        PidsLimit: z.int(),
        PortBindings: z.record(z.string(), z.unknown()),
      }),
    }),
  )
  .length(1);

/** Finds, within a container, the process below its init. */
const PID_OF_WORKER = `() => Number(fs.readdirSync('/proc').find((pid) =>
  /^\\d+$/.test(pid) && fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').startsWith('node\\0/app/bin/docmill.js')))`;

describe.skipIf(compose === null)('the project as .env.example has it', () => {
  let project: ComposeProject;

  beforeAll(async () => {
    if (compose === null) return;
    project = await createComposeProject(compose);
    await project.scale(1);
  });

  afterAll(async () => {
    await project?.[Symbol.asyncDispose]();
  });

  test('answers the documents that it names, into a volume of its own', async () => {
    const { code, stderr } = await project.enqueue();
    expect(stderr).toContain('Complete: 26 ok');
    expect(code).toBe(0);
    const { stdout } = await project.docmill('results', 'first');
    expect(parseLines(stdout)).toHaveLength(26);
  });

  test.for(['worker', 'redis'])('gives %s no rights, no published port and bounded memory [S18]', async (service) => {
    const [container] = inspectSchema.parse(JSON.parse(await docker('inspect', await project.only(service))));
    expect(container?.Config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(container?.HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      PortBindings: {},
    });
    expect(container?.HostConfig.Memory).toBeGreaterThan(0);
    expect(container?.HostConfig.PidsLimit).toBeGreaterThan(0);
  });

  test('a worker is the child of an init, which hands signals on, and not root', async () => {
    const script = "console.log(process.getuid(), fs.readFileSync('/proc/1/cmdline', 'utf8').split('\\0').join(' '))";
    const { stdout } = await evaluate(await project.only('worker'), script);
    expect(stdout).toMatch(/^1000 \S*(docker-init|tini) -- node \S*docmill\.js worker/);
  });

  test.for(['/app/bin/docmill.js', '/input/new.txt', '/models/demo.gguf', '/usr/local/bin/node'])(
    'a worker cannot write %s',
    async (path) => {
      const { code, stderr } = await evaluate(await project.only('worker'), `fs.appendFileSync('${path}', 'x')`);
      expect(stderr).toMatch(/EROFS|EACCES/);
      expect(code).toBe(1);
    },
  );

  test('a worker has one network, which has no way out [S13]', async () => {
    const worker = await project.only('worker');
    const networks = await docker('inspect', '--format', '{{json .NetworkSettings.Networks}}', worker);
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(JSON.parse(networks)))).toEqual([project.network]);
    expect(await docker('network', 'inspect', '--format', '{{.Internal}}', project.network)).toBe('true');
  });

  test('Redis refuses who has no password, and keeps jobs rather than throwing them away [S4]', async () => {
    const redis = await project.only('redis');
    expect(await docker('exec', '--env', 'REDISCLI_AUTH=', redis, 'redis-cli', 'ping')).toContain('NOAUTH');
    const settings = await docker('exec', redis, 'redis-cli', 'config', 'get', 'maxmemory-policy', 'appendonly');
    expect(settings.split('\n').toSorted()).toEqual(['appendonly', 'maxmemory-policy', 'noeviction', 'yes']);
    expect(await docker('exec', redis, 'redis-cli', 'config', 'get', 'maxmemory')).toBe('maxmemory\n268435456');
    expect(await docker('top', redis, '-o', 'pid,args')).not.toContain(project.password);
  });

  test('a model with another hash than the one that is pinned is refused before any job is taken [P17]', async () => {
    const pinned = `/models/demo.gguf#sha256=${'0'.repeat(64)}`;
    const { code, stderr } = await project.docmill('worker', '--model', pinned);
    expect(code).toBe(78);
    expect(stderr).not.toContain('worker started');
  });

  test('a worker that stands still is not healthy, and one that goes on is', async () => {
    const worker = await project.only('worker');
    const [program = '', ...args] = z
      .array(z.string())
      .parse(JSON.parse(await docker('inspect', '--format', '{{json .Config.Healthcheck.Test}}', IMAGE)))
      .slice(1);
    const health = () => run('docker', ['exec', worker, program, ...args]);
    const until = (code: number) =>
      waitUntilPatiently(`the health check gives ${code}`, async () => (await health()).code === code);
    const signal = async (name: 'SIGSTOP' | 'SIGCONT') => {
      const { code, stderr } = await evaluate(worker, `process.kill((${PID_OF_WORKER})(), '${name}')`);
      expect([code, stderr]).toEqual([0, '']);
    };
    await until(0);
    await signal('SIGSTOP');
    await until(1);
    await signal('SIGCONT');
    await until(0);
    expect(await project.only('worker')).toBe(worker);
  });

  test('a worker that is stopped ends in order, with 0 [P9]', async () => {
    const worker = await project.only('worker');
    await project.compose('stop', 'worker');
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', worker)).toBe('0');
    expect((await run('docker', ['logs', worker])).stderr).toContain('worker stopped');
  });
});

test.skipIf(compose === null)('the image holds the native library for this processor and no other', async () => {
  const script = "console.log(fs.readdirSync('/app/node_modules/@node-llama-cpp').join())";
  const { stdout } = await run('docker', ['run', '--rm', '--entrypoint', 'node', IMAGE, '--eval', script]);
  expect(stdout).toBe(`${process.platform}-${process.arch}\n`);
});
