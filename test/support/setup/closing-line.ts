import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one line that people and scripts read alike: `12 passed, 0 failed, 1 skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    // A file that could not be loaded holds no test that could fail.
    const brokenFiles = modules.filter((module) => module.errors().length > 0).length;
    const failed = counts.failed + counts.pending + brokenFiles + errors.length;
    process.stdout.write(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`);
  }
}
