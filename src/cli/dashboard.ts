import type { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { readConfig } from '../config.ts';
import type { Address } from '../monitor/http/serve.ts';
import { openQueues } from '../queue/open-queues.ts';
import { aborted, listenForShutdown } from '../shutdown.ts';
import { configuredRedis } from './configured-redis.ts';
import { listenOption } from './listen-option.ts';
import { note, print } from './output.ts';
import { sharedOptions } from './shared-options.ts';

type DashboardFlags = {
  readonly out?: string;
  readonly listen: Address;
  readonly allowHost: readonly string[];
  readonly json?: boolean;
};

const DEFAULT_ADDRESS: Address = { host: '127.0.0.1', port: 8790 };

export function addDashboard(program: Command): void {
  program
    .command('dashboard')
    .description('Show all runs, workers and queues as a web page that changes nothing, with metrics for Prometheus.')
    .addOption(listenOption('where to serve').default(DEFAULT_ADDRESS, '127.0.0.1:8790'))
    .option('--allow-host <name...>', 'further names by which browsers may call it', [])
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      `
Example:
  $ docmill dashboard
  $ curl http://127.0.0.1:8790/metrics

Where other machines may reach it, it asks for a token: DOCMILL_DASHBOARD_TOKEN,
or one that it makes up and prints:
  $ docmill dashboard --listen 0.0.0.0:8790 --allow-host mill.example

Queues are shown where REDIS_URL is set. Ctrl-C ends it.`,
    )
    .action(dashboard);
}

async function dashboard(flags: DashboardFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const config = readConfig({ out: flags.out }, process.env, process.cwd());
  // No other command should wait for a web server to be loaded.
  const { isLoopback } = await import('../monitor/http/guard.ts');
  const { serveDashboard } = await import('../monitor/dashboard/serve-dashboard.ts');
  const { listen } = flags;
  const madeUp = isLoopback(listen.host) ? null : randomBytes(24).toString('base64url');
  const token = config.dashboardToken ?? madeUp;
  const endpoint = await configuredRedis(config);
  await using queues = endpoint === null ? null : await openQueues({ endpoint, prefix: config.queuePrefix });
  await using server = await serveDashboard(listen, {
    out: config.out,
    queues,
    token,
    hosts: [listen.host, ...flags.allowHost],
  });
  // A token of the user's own is known to who may know it, and stays out of logs.
  const url = config.dashboardToken === undefined && token !== null ? `${server.url}/?token=${token}` : server.url;
  if (flags.json === true) await print(JSON.stringify({ url }));
  else note(`Dashboard of \`${config.out}\`: ${url}`);
  await aborted(shutdown.signal);
}
