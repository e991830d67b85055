// `npm run docs`: writes the tables that are made from code into the pages under `docs/`.
import { writeFileSync } from 'node:fs';
import { generatedPages } from './generated-docs.ts';

for (const { path, wanted } of generatedPages()) writeFileSync(path, wanted);
