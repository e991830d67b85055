import { defineConfig } from 'oxfmt';

export default defineConfig({
  printWidth: 120,
  singleQuote: true,
  ignorePatterns: ['package-lock.json', 'out', 'dist', 'shared', '/finetune', 'examples', 'models', 'docs', '*.md'],
});
