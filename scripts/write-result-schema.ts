// `npm run schema`: the JSON Schema of a result line, for people who check or generate code without zod.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultJsonSchema } from './result-schema.ts';

const path = join(import.meta.dirname, '..', 'schemas', 'result.schema.json');
writeFileSync(path, `${JSON.stringify(resultJsonSchema(), null, 2)}\n`);
