#!/usr/bin/env node
// `enqueue …` is `docmill enqueue …`.
process.argv.splice(2, 0, 'enqueue');
process.argv[1] = process.argv[1].replace(/enqueue(\.js)?$/, 'docmill$1');
await import('./docmill.js');
