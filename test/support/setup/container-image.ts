import type { TestProject } from 'vitest/node';
import { type ComposeCommand, buildImage, findCompose } from '../containers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How Compose is called here; null where containers cannot be run. */
    compose: ComposeCommand | null;
  }
}

/** Builds the image of the present sources, where containers can be run. */
export default async function buildContainerImage(project: TestProject): Promise<void> {
  const compose = await findCompose();
  project.provide('compose', compose);
  if (compose === null) {
    process.stderr.write('Tests of containers are skipped: there is no Docker that answers, or no Compose.\n');
    return;
  }
  process.stderr.write(`Tests of containers use \`${compose.join(' ')}\`; building the image…\n`);
  await buildImage();
}
