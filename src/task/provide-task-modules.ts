import { registerHooks } from 'node:module';

/**
 * Lets a task file import `docmill/task` and `zod` wherever it lies, also beside a globally installed docmill: both come
 * from this package unless the file's own folder has them. Until disposed.
 */
export function provideTaskModules(): Disposable {
  const hooks = registerHooks({
    resolve: (specifier, context, nextResolve) => {
      if (specifier === 'docmill/task') return nextResolve(taskModuleUrl(), context);
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (specifier !== 'zod') throw error;
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
  return { [Symbol.dispose]: () => hooks.deregister() };
}

/** One `defineTask` for all, whether the sources run or what was built from them. */
function taskModuleUrl(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`../../schemas/task.${extension}`, import.meta.url).href;
}
